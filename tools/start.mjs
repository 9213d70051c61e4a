// `npm start`: sets up what is missing, builds what changed, serves dist/ and prints the URL.
// Words after `--` go to the server: npm start -- --port 9000 --no-isolation
import './setup/newer_node.mjs';  // first: the rest needs it
import { build } from './build.mjs';
import { parse_arguments, serve_dist } from './serve.mjs';
import { setup_or_exit } from './setup.mjs';

const words = process.argv.slice(2);
const { error } = parse_arguments(words);  // a wrong option is said before minutes of building
if (error) {
  process.stderr.write(`[serve] ${error}\n`);
  process.exit(2);
}
await setup_or_exit();
await build();
await serve_dist(words);
