// Debian: which packages are there, installing what is missing as root, and fetching single packages
// or sources of the donor release through a private apt state that leaves the system's own untouched.
import fs from 'node:fs';
import path from 'node:path';
import { ask, capture, fail, say } from './report.mjs';
import { kDonorSuite } from './versions.mjs';

/** Debian itself: its derivatives have other releases and mirrors. */
export function is_debian() {
  try {
    return /^ID=debian$/m.test(fs.readFileSync('/etc/os-release', 'utf8')) && ask('dpkg', ['--print-architecture']) !== null;
  } catch {
    return false;
  }
}

export const is_root = () => process.getuid?.() === 0;

export function missing_packages(names) {
  const out = ask('sh', ['-c', `dpkg-query -W -f='\${Package} \${db:Status-Status}\\n' ${names.join(' ')} 2>/dev/null || true`]) ?? '';
  const installed = new Set(out.split('\n').filter((line) => line.endsWith(' installed')).map((line) => line.split(' ')[0]));
  return names.filter((name) => !installed.has(name));
}

/**
 * Installs packages as root. Otherwise says which ones to install: as an error when they are `required`, as advice when
 * the build can do without (CMake fetches libraries that are not installed). Updates apt's lists only when they are stale.
 */
export function install_packages(names, { required = true } = {}) {
  const missing = missing_packages(names);
  if (missing.length === 0) return;
  if (!is_root()) {
    const command = `sudo apt-get install --no-install-recommends ${missing.join(' ')}`;
    if (required) fail(`Packages are missing and setup is not root; run: ${command}`);
    say(`        not root, so not installed (tests may need them): ${command}`);
    return;
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const arguments_ = ['install', '-y', '-q', '--no-install-recommends', ...missing];
  const update = () => capture('apt-get', ['update', '-q'], 'check the network and the mirror in the apt configuration, then run it again', { env: environment });
  const lists_know = ask('apt-get', ['install', '-s', '-q', '--no-install-recommends', ...missing], { env: environment }) !== null;
  say(`        ${missing.join(' ')}`);
  if (!lists_know) update();
  if (ask('apt-get', arguments_, { env: environment, maxBuffer: 1 << 28 }) !== null) return;
  // Old lists name files that the mirror has already replaced: one update, one more try.
  if (lists_know) update();
  capture('apt-get', arguments_, 'read the message below, or install the packages by hand', { env: environment });
}

/** The installation candidate's version of a package, or null. */
export function candidate_version(name) {
  const out = ask('apt-cache', ['policy', name]) ?? '';
  const found = /Candidate: (?!\(none\))(\S+)/.exec(out);
  return found ? found[1] : null;
}

/** Options that make apt work in `folder` on the donor release, with this machine's own mirror; fetches the lists once. */
export function private_apt(folder) {
  const codename = /VERSION_CODENAME=(\S+)/.exec(fs.readFileSync('/etc/os-release', 'utf8'))?.[1];
  const query = () => (ask('apt-get', ['indextargets', '--format', '$(CODENAME) $(REPO_URI)', 'Created-By: Packages']) ?? '')
    .split('\n').map((line) => line.split(' ')).find(([name]) => name === codename)?.[1];
  let mirror = query();
  if (!mirror && is_root()) {
    capture('apt-get', ['update', '-q'], 'check the network, then run setup again');
    mirror = query();
  }
  if (!mirror) fail(`apt names no mirror for "${codename}"; run apt-get update once and start setup again.`);
  for (const part of ['state/lists/partial', 'cache/archives/partial']) {
    fs.mkdirSync(path.join(folder, part), { recursive: true });
  }
  fs.writeFileSync(path.join(folder, 'donor.sources'),
    `Types: deb deb-src\nURIs: ${mirror}\nSuites: ${kDonorSuite}\nComponents: main\n`
    + 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n');
  const options = [`Dir::Etc::sourcelist=${folder}/donor.sources`, 'Dir::Etc::sourceparts=-', `Dir::State=${folder}/state`,
    'Dir::State::status=/dev/null', `Dir::Cache=${folder}/cache`, 'APT::Sandbox::User=root', 'Acquire::Languages=none']
    .flatMap((option) => ['-o', option]);
  capture('apt-get', [...options, 'update', '-q'], 'check that the mirror is reachable, then run setup again');
  return {
    /** Downloads and unpacks binary packages into `root`. */
    unpack(packages, root) {
      const downloads = path.join(folder, 'downloads');
      fs.mkdirSync(downloads, { recursive: true });
      capture('apt-get', [...options, 'download', ...packages], 'check the network and the free disk space, then run setup again', { cwd: downloads });
      for (const file of fs.readdirSync(downloads).filter((name) => name.endsWith('.deb'))) {
        capture('dpkg', ['-x', path.join(downloads, file), root], 'check the free disk space, then run setup again');
        fs.rmSync(path.join(downloads, file));
      }
    },
    /** Downloads a source package and returns the path of its upstream archive. */
    source(name, into) {
      fs.mkdirSync(into, { recursive: true });
      capture('apt-get', [...options, 'source', '--download-only', '-q', name], 'check the network, then run setup again', { cwd: into });
      const archive = fs.readdirSync(into).find((file) => /\.orig\.tar\.\w+$/.test(file));
      if (!archive) fail(`The source package ${name} came without an upstream archive; set its MYELIN_..._SOURCE variable to an unpacked copy.`);
      return path.join(into, archive);
    },
  };
}
