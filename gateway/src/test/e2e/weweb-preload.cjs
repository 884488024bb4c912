// weweb-cli loads its development server's and watcher's packages even when it only builds. package.json puts a tiny
// package in their places, so that some four hundred needn't be installed; the two that are used at once are given here.
const Module = require('node:module');

const unused = {
  'update-notifier': {UpdateNotifier: class {}},
  chokidar: {watch: () => ({on() { return this; }})},
};
const load = Module._load;
Module._load = (request, ...rest) => unused[request] ?? load(request, ...rest);
