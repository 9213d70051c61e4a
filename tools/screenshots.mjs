// `npm run screenshots`: pictures of the built page for people to look at, in build/screenshots/: both themes and languages,
// three sizes, two pixel ratios, the spiral and the digits after some training. Words after `--` keep matching names only:
//   npm run screenshots -- spiral-light 1280
import fs from 'node:fs';
import path from 'node:path';
import { open_browser, settle } from '../tests/browser/helpers.mjs';
import { build } from './build.mjs';
import { kRoot } from './setup.mjs';

const kFolder = path.join(kRoot, 'build/screenshots');
const kSizes = [[1280, 800], [700, 600], [390, 844]];
const kPresets = { spiral: 150, digits: 15 };  // and epochs of training

const filters = process.argv.slice(2);
const wanted = (name) => filters.every((word) => name.includes(word));
const name_of = (preset, theme, [width, height], ratio, language) => `${preset}-${theme}-${width}x${height}@${ratio}-${language}`;

if (!process.env.MYELIN_DIST) await build();
fs.mkdirSync(kFolder, { recursive: true });
const tools = await open_browser();
let taken = 0;
for (const [preset, epochs] of Object.entries(kPresets)) {
  for (const language of ['en', 'fr']) {
    for (const ratio of [1, 2]) {
      const pictures = ['light', 'dark'].flatMap((theme) => kSizes.map((size) => ({ theme, size, name: name_of(preset, theme, size, ratio, language) })))
        .filter(({ name }) => wanted(name));
      if (pictures.length === 0) continue;
      const page = await tools.open({ query: `lang=${language}`, context: { deviceScaleFactor: ratio, colorScheme: pictures[0].theme } });
      await page.evaluate(async ([key, count]) => {
        await myelin.set(key);
        await myelin.run({ epochs: count });
      }, [preset, epochs]);
      for (const { theme, size: [width, height], name } of pictures) {
        await page.emulateMedia({ colorScheme: theme });
        await page.setViewportSize({ width, height });
        await settle(page);
        await page.screenshot({ path: path.join(kFolder, `${name}.png`) });
        taken += 1;
      }
      await page.finish();
    }
  }
}
await tools.close();
process.stdout.write(`${taken} pictures in ${path.relative(process.cwd(), kFolder)}\n`);
