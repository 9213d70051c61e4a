// Every sentence that the page itself says, in both languages. The program has its own.

export const kWords = {
  en: {
    canvas_label: 'Myelin, a neural-network playground. Tab moves between controls, Escape leaves.',
    loading: 'Loading',
    no_wasm: 'This browser has no WebAssembly with SIMD, which Myelin trains with. A recent Firefox, Chrome, Edge or Safari will do.',
    no_relaxed: 'This browser has no relaxed SIMD, which the address asks for (build=relaxed). Open the page without it.',
    no_memory: 'This browser refuses the memory that Myelin needs (256 MB, shared). Close other tabs, or try a recent Firefox, Chrome, Edge or Safari.',
    no_webgl: 'Myelin draws with WebGL 2, which is missing here. Switch on hardware acceleration in the browser’s settings, or try another browser.',
    no_download: 'The program could not be downloaded. Check the connection and reload the page.',
    stopped: 'Myelin has stopped because of an internal error. The address still holds your experiment: reload the page to go on.',
    reload: 'Reload',
    bad_experiment: 'An experiment is a preset’s name, a link, JSON text, or an object as experiment() returns it.',
    bad_goal: 'run() takes {epochs: n} or {steps: n} with a whole number of at least 1, or nothing.',
    bad_step: 'step() takes a whole number of batches, or {epochs: n} or {batches: n}, of at least 1.',
    failed: 'The experiment cannot be run.',
    no_answer: 'The program did not answer in time: nothing was changed, or the tab is hidden.',
    diverged: 'The loss is no longer a number: training stopped.',
    epoch: 'epoch', loss: 'loss', accuracy: 'accuracy', of_test: 'test accuracy',
  },
  fr: {
    canvas_label: 'Myelin, un laboratoire de réseaux de neurones. Tabulation passe d’une commande à l’autre, Échap en sort.',
    loading: 'Chargement',
    no_wasm: 'Ce navigateur n’a pas WebAssembly avec SIMD, dont Myelin a besoin pour apprendre. Une version récente de Firefox, Chrome, Edge ou Safari convient.',
    no_relaxed: 'Ce navigateur n’a pas le « relaxed SIMD » que demande l’adresse (build=relaxed). Ouvrez la page sans cela.',
    no_memory: 'Ce navigateur refuse la mémoire dont Myelin a besoin (256 Mo, partagée). Fermez d’autres onglets, ou essayez une version récente de Firefox, Chrome, Edge ou Safari.',
    no_webgl: 'Myelin dessine avec WebGL 2, qui manque ici. Activez l’accélération matérielle dans les réglages du navigateur, ou essayez un autre navigateur.',
    no_download: 'Le programme n’a pas pu être téléchargé. Vérifiez la connexion et rechargez la page.',
    stopped: 'Myelin s’est arrêté à cause d’une erreur interne. L’adresse garde votre expérience : rechargez la page pour continuer.',
    reload: 'Recharger',
    bad_experiment: 'Une expérience est le nom d’un préréglage, un lien, un texte JSON ou un objet tel que le rend experiment().',
    bad_goal: 'run() prend {epochs: n} ou {steps: n}, n entier d’au moins 1, ou rien.',
    bad_step: 'step() prend un nombre entier de lots, ou {epochs: n} ou {batches: n}, d’au moins 1.',
    failed: 'L’expérience ne peut pas être lancée.',
    no_answer: 'Le programme n’a pas répondu à temps : rien n’a changé, ou l’onglet est caché.',
    diverged: 'Le coût n’est plus un nombre : l’apprentissage s’est arrêté.',
    epoch: 'époque', loss: 'coût', accuracy: 'exactitude', of_test: 'exactitude de test',
  },
};

/** 'fr' or 'en': what the document says now. */
export function language() {
  return document.documentElement.lang === 'fr' ? 'fr' : 'en';
}

export function say(key) {
  return kWords[language()][key];
}

/** One line for people who do not see the canvas: "epoch 12, loss 0.31, test accuracy 93 %". */
export function summary(state) {
  const words = kWords[state.language === 'fr' ? 'fr' : 'en'];
  const tag = state.language === 'fr' ? 'fr-FR' : 'en-GB';
  const format = (value, options) => value.toLocaleString(tag, options);
  const parts = [`${words.epoch} ${format(state.epoch)}`];
  const is_number = (value) => typeof value === 'number';
  if (is_number(state.train?.loss)) parts.push(`${words.loss} ${format(state.train.loss, { maximumSignificantDigits: 2 })}`);
  const tested = is_number(state.test?.accuracy);
  const accuracy = tested ? state.test.accuracy : state.train?.accuracy;
  if (is_number(accuracy)) parts.push(`${tested ? words.of_test : words.accuracy} ${format(Math.round(accuracy * 100))} %`);
  return parts.join(', ');
}
