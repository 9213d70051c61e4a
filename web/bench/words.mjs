// Every word of the page, in both languages, and numbers as people of each write them.

const kWords = {
  en: {
    title: 'Speed',
    document_title: 'Myelin · speed',
    lead: 'How fast Myelin trains in this browser, beside what the processor can do at most. Nothing leaves this page. Close other tabs and programs: they share the processor.',
    what: 'What', builds: 'Builds', threads: 'Threads', care: 'Time for each',
    simd: 'SIMD', relaxed: 'Relaxed SIMD',
    simd_help: 'Exact arithmetic: the same bits on every machine.',
    relaxed_help: 'Adds fast arithmetic: product and sum in one instruction.',
    not_here: 'This browser cannot run this build.',
    one_thread: 'This page is not cross-origin isolated, so it has one thread.',
    short: '0.15 s', normal: '0.4 s', long: '2 s',
    run: 'Measure', stop: 'Stop', copy: 'Copy JSON', download: 'Download JSON', copied: 'Copied', not_copied: 'Copying was refused',
    ready: (count) => `${count} ${count === 1 ? 'run' : 'runs'}, one after the other`,
    progress: (name, done, all) => `${name} · ${done} of ${all}`,
    left: (minutes) => (minutes < 1 ? 'less than a minute left' : `about ${minutes} min left`),
    done: (seconds) => `Done in ${seconds} s`, stopped: 'Stopped',
    choose: 'Choose at least one of each.',
    unknown: (word) => `There is nothing called “${word}” to measure.`,
    failed: 'The measurement has stopped because of an internal error: reload the page and try again.',
    no_simd: 'This browser has no WebAssembly with SIMD, which Myelin trains with. A recent Firefox, Chrome, Edge or Safari will do.',
    name: 'Name', median: 'Median', range: 'Lowest to highest', gflops: 'GFLOP/s', share: 'Share of ceiling', all: 'Compare',
    run_name: (build, threads) => `${build} · ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    table_note: 'The ceiling is measured between slices of every measurement: multiply-adds with hardly a load; for pools, normalisation, activations and optimisers, one pass over as much memory. Each repetition counts once: the median of them all, the lowest and the highest.',
    compare_note: '× is the speed beside the first column’s.',
    roofline: 'Roofline',
    roofline_note: 'Left of a slope, memory limits a kernel; below a flat line, arithmetic does. What stays in the caches may exceed the slope, which is that of main memory. Filled: fast arithmetic; hollow: exact.',
    byte: 'B',
    x_axis: 'FLOP per byte moved at least', y_axis: 'GFLOP/s',
    roof_exact: 'multiply, add', roof_fast: 'fused multiply-add', roof_memory: 'memory',
    groups: { workloads: 'Whole networks', gemm: 'Matrix products', conv: 'Convolutions', dense: 'Dense layers', pool: 'Pooling', norm: 'Normalisation',
      activation: 'Activations', optimizer: 'Optimisers', executor: 'Threads', ceiling: 'Ceilings' },
    parts: { forward: 'forward', input_gradient: 'input gradient', weight_gradient: 'weight gradient', exact: 'exact', fast: 'fast',
      pointwise: '1×1', depthwise: 'depthwise', memory: 'memory', batch: 'batch, 32 channels', units: 'batch, 128 units', layer: 'layer, 64 channels', sample: 'layer, 512 units', fork: 'an empty operation, shared out' },
    units: { 'samples/s': 'samples/s', 'images/s': 'images/s', 'GFLOP/s': 'GFLOP/s', 'GB/s': 'GB/s', 'Gvalues/s': 'G values/s', 'forks/s': 'a second' },
    batch: (count) => `batch ${count}`,
    bits: (count) => `${count} bits`,
    inference: 'inference',
    other: 'Français', other_tag: 'fr-FR',
  },
  fr: {
    title: 'Vitesse',
    document_title: 'Myelin · vitesse',
    lead: 'La vitesse d’apprentissage de Myelin dans ce navigateur, à côté de ce que le processeur peut faire au plus. Rien ne quitte cette page. Fermez les autres onglets et programmes : ils partagent le processeur.',
    what: 'Quoi', builds: 'Versions', threads: 'Fils d’exécution', care: 'Temps pour chacun',
    simd: 'SIMD', relaxed: 'SIMD relâché',
    simd_help: 'Arithmétique exacte : les mêmes bits sur toutes les machines.',
    relaxed_help: 'Ajoute l’arithmétique rapide : produit et somme en une instruction.',
    not_here: 'Ce navigateur ne peut pas exécuter cette version.',
    one_thread: 'Cette page n’est pas isolée des autres origines : elle n’a qu’un fil d’exécution.',
    short: '0,15 s', normal: '0,4 s', long: '2 s',
    run: 'Mesurer', stop: 'Arrêter', copy: 'Copier le JSON', download: 'Télécharger le JSON', copied: 'Copié', not_copied: 'La copie a été refusée',
    ready: (count) => `${count} ${count === 1 ? 'série' : 'séries'} l’une après l’autre`,
    progress: (name, done, all) => `${name} · ${done} sur ${all}`,
    left: (minutes) => (minutes < 1 ? 'encore moins d’une minute' : `encore ${minutes} min environ`),
    done: (seconds) => `Terminé en ${seconds} s`, stopped: 'Arrêté',
    choose: 'Choisissez au moins un élément de chaque.',
    unknown: (word) => `Il n’y a rien à mesurer sous le nom « ${word} ».`,
    failed: 'La mesure s’est arrêtée à cause d’une erreur interne : rechargez la page et réessayez.',
    no_simd: 'Ce navigateur n’a pas WebAssembly avec SIMD, dont Myelin a besoin pour apprendre. Une version récente de Firefox, Chrome, Edge ou Safari convient.',
    name: 'Nom', median: 'Médiane', range: 'Minimum à maximum', gflops: 'GFLOP/s', share: 'Part du plafond', all: 'Comparer',
    run_name: (build, threads) => `${build} · ${threads} ${threads === 1 ? 'fil' : 'fils'}`,
    table_note: 'Le plafond est mesuré entre les tranches de chaque mesure : des multiplications-additions presque sans lecture ; pour le pooling, la normalisation, les activations et les optimiseurs, un passage sur autant de mémoire. Chaque répétition compte une fois : leur médiane, la plus basse et la plus haute.',
    compare_note: '× est la vitesse à côté de celle de la première colonne.',
    roofline: 'Diagramme du toit (roofline)',
    roofline_note: 'À gauche d’une pente, la mémoire limite un noyau de calcul ; sous une ligne plate, c’est l’arithmétique. Ce qui reste dans les caches peut dépasser la pente, qui est celle de la mémoire centrale. Plein : arithmétique rapide ; creux : exacte.',
    byte: 'o',
    x_axis: 'FLOP par octet déplacé au moins', y_axis: 'GFLOP/s',
    roof_exact: 'multiplier, additionner', roof_fast: 'multiplication-addition fusionnée', roof_memory: 'mémoire',
    groups: { workloads: 'Réseaux entiers', gemm: 'Produits de matrices', conv: 'Convolutions', dense: 'Couches denses', pool: 'Pooling', norm: 'Normalisation',
      activation: 'Activations', optimizer: 'Optimiseurs', executor: 'Fils', ceiling: 'Plafonds' },
    parts: { forward: 'passe avant', input_gradient: 'gradient de l’entrée', weight_gradient: 'gradient des poids', exact: 'exacte', fast: 'rapide',
      pointwise: '1×1', depthwise: 'par canal', memory: 'mémoire', batch: 'par lots, 32 canaux', units: 'par lots, 128 neurones', layer: 'par couche, 64 canaux', sample: 'par couche, 512 neurones', fork: 'une opération vide, répartie' },
    units: { 'samples/s': 'exemples/s', 'images/s': 'images/s', 'GFLOP/s': 'GFLOP/s', 'GB/s': 'Go/s', 'Gvalues/s': 'G valeurs/s', 'forks/s': 'par seconde' },
    batch: (count) => `lot ${count}`,
    bits: (count) => `${count} bits`,
    inference: 'inférence',
    other: 'English', other_tag: 'en-GB',
  },
};

export const kLanguage = document.documentElement.lang === 'fr' ? 'fr' : 'en';
export const say = kWords[kLanguage];
const kTag = kLanguage === 'fr' ? 'fr-FR' : 'en-US';  // in en-GB a million is "1m"

// Names of what a workload trains: the same in both languages but for the batch.
const kWorkloads = {
  W1: ['2-8-8-1 tanh', 10], W1b: ['2-8-8-8-8-8-8-1 tanh', 10], W2: ['784-128-64-10', 32], W2adam: ['784-128-64-10, Adam', 128],
  W3: ['LeNet-5, 28×28', 64], W4: ['VGG, 32×32, Adam', 32], W5: ['conv 3×3, 64→64, 32×32', 16],
};
const kLayers = { lenet1: 'LeNet 1→6, 5×5', lenet2: 'LeNet 6→16, 5×5', vgg1: 'VGG 3→32, 32×32', vgg2: 'VGG 32→32, 32×32', vgg3: 'VGG 32→64, 16×16', vgg4: 'VGG 64→64, 16×16' };

export const group_of = (name) => (/^W\d/.test(name) ? 'workloads' : name.split('/')[0]);
export const arithmetic_of = (name) => (/\/(exact|fast)$/.exec(name) ?? [])[1] ?? '';

/** "LeNet 6→16, 5×5 · weight gradient", without group and arithmetic. */
export function label_of(name) {
  const parts = name.split('/').filter((part) => part !== 'exact' && part !== 'fast');
  if (kWorkloads[parts[0]]) {
    const [what, batch] = kWorkloads[parts[0]];
    return `${parts[0]} · ${what}, ${parts[0] === 'W5' ? `${say.inference}, ` : ''}${say.batch(batch)}`;
  }
  const readable = (part) => say.parts[part] ?? kLayers[part] ?? (/^\d+$/.test(part) && parts[0] === 'ceiling' ? say.bits(part) : part.replaceAll('x', '×'));
  if (parts[0] === 'gemm' && /^\d+$/.test(parts[1])) return `${parts[1]}×${parts[1]}×${parts[1]}`;
  return parts.slice(1).map((part) => (parts[0] === 'activation' || parts[0] === 'optimizer' ? say.parts[part] ?? part : readable(part))).join(' · ');
}

/** Three digits: 0.0312, 12.3, 41.2k. */
export function number(value) {
  if (!Number.isFinite(value)) return '–';
  return value.toLocaleString(kTag, { maximumSignificantDigits: 3, minimumSignificantDigits: 3, notation: Math.abs(value) >= 9999.5 ? 'compact' : 'standard' });
}

/** As short as it can be, for axes: 0.5, 20. */
export const tick = (value) => value.toLocaleString(kTag, { maximumSignificantDigits: 3 });

export function percent(share) {
  return Number.isFinite(share) ? `${Math.round(100 * share)}\u202f%` : '–';
}

export function ratio(value) {
  return Number.isFinite(value) ? `×${value.toLocaleString(kTag, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}` : '–';
}
