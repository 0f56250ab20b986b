/*
 * Which folder of src-main may import what; the one table behind ESLint's and dependency-cruiser's rules.
 *
 * pure      no Node, no browser, no Electron, no clock, no global randomness: the same input gives the same output anywhere
 * imports   other folders of src-main
 * packages  npm packages; null: any production dependency except Electron
 *
 * Arrows point down only: i18n and contract, then math, then search, analysis and training, then rooms that touch the machine, then the
 * back end, then hosts. The composition roots (src-main/*.ts) may import everything.
 */
'use strict'

const pure = (imports, packages = []) => ({ pure: true, imports, packages })
const node = (imports, packages = null) => ({ pure: false, imports, packages })

const logic = [
  'i18n',
  'contract',
  'math',
  'search',
  'analysis',
  'training',
  'interop',
  'charts',
  'reports',
]

/** Rooms that touch the machine and know no host. */
const rooms = [
  ...[
    'files',
    'processes',
    'machine',
    'installed',
    'hooks',
    'ssh',
    'queue',
    'storage',
    'user-code',
    'engines',
    'datasets',
    'networks',
    'attempts',
  ],
  ...['running', 'worker', 'study', 'reporting', 'exchange', 'queries', 'optuna-storage'],
]

const layers = {
  i18n: pure([], ['intl-messageformat']),
  contract: pure(['i18n'], ['zod']),
  math: pure(['contract'], ['ml-matrix']),
  search: pure(['contract', 'math'], ['zod']),
  analysis: pure(['i18n', 'contract', 'math']),
  training: pure(['contract', 'math'], ['zod', '@tensorflow/tfjs-core', 'protobufjs']),
  interop: pure(['i18n', 'contract', 'math', 'search'], ['zod', 'yaml']),
  charts: pure(['i18n', 'contract', 'math', 'analysis'], ['d3-scale']),
  reports: pure(
    ['i18n', 'contract', 'math', 'analysis', 'charts'],
    ['d3-scale', 'd3-shape', 'yaml'],
  ),

  files: node(['contract']),
  processes: node(['contract']),
  machine: node(['contract', 'processes']),
  installed: node(['contract', 'files']),
  hooks: node(['i18n', 'contract', 'files', 'processes']),
  storage: node(['contract', 'files']),
  ssh: node(['contract', 'files', 'processes', 'storage']),
  queue: node(['contract', 'files', 'storage']),
  'user-code': node(['contract', 'files', 'processes']),
  engines: node(['contract', 'math', 'training', 'files', 'processes']),
  datasets: node(['contract', 'math', 'training', 'files', 'storage', 'processes']),
  networks: node([...logic, 'files', 'engines', 'datasets', 'storage', 'processes']),
  attempts: node(['contract', 'training', 'engines', 'datasets', 'user-code', 'networks']),
  running: node([
    ...logic,
    'files',
    'machine',
    'hooks',
    'ssh',
    'queue',
    'storage',
    'user-code',
    'engines',
    'datasets',
    'processes',
  ]),
  worker: node(['contract', 'files', 'queue', 'datasets', 'running', 'user-code']),
  study: node([
    ...logic,
    'files',
    'machine',
    'storage',
    'user-code',
    'datasets',
    'networks',
    'running',
  ]),
  reporting: node([
    ...['i18n', 'contract', 'search', 'analysis', 'reports'],
    ...['files', 'networks', 'processes'],
  ]),
  exchange: node([...logic, 'files', 'machine', 'processes', 'storage', 'study', 'reporting']),
  queries: node([
    ...logic,
    'files',
    'machine',
    'storage',
    'networks',
    'running',
    'study',
    'exchange',
    'reporting',
    'processes',
  ]),
  'optuna-storage': node([
    ...['i18n', 'contract', 'math', 'interop'],
    ...['storage', 'exchange', 'processes'],
  ]),
  updates: node(['contract', 'files']),
  bridge: node(['contract']),
  mcp: node(['i18n', 'contract', 'bridge']),
  'back-end': node([...logic, ...rooms, 'bridge']),
  children: node([...logic, ...rooms, 'back-end', 'bridge']),

  cli: node([...logic, ...rooms, 'back-end', 'bridge', 'mcp', 'web']),
  web: node(['i18n', 'contract', 'files', 'bridge', 'mcp']),
  desktop: node(['i18n', 'contract', 'files', 'processes', 'updates', 'bridge']),
}

/** What is in each folder, for docs/architecture.md. */
const about = {
  i18n: 'one catalogue of texts per language, one formatter, numbers and durations',
  contract: 'types and schemas that processes exchange; facts; which trial is best',
  math: 'numeric kernels: distributions, Gaussian processes, forests, evolution, statistics',
  search: 'search spaces, samplers, pruners, stop rules, proposals',
  analysis: 'importance, dependence, comparison, curves, lineage',
  training: 'layers, optimisers, programs, tasks, hypergradients, ONNX',
  interop: 'study files, and what Optuna, Hyperopt and W&B write',
  charts: 'a model of every chart, and the colours of meaning',
  reports: 'the report: HTML, Markdown, LaTeX, exports',
  files:
    'names and writes temporary files, keeps paths within a folder, deletes: nothing else does',
  processes: 'start, ask and end every process, once',
  machine: 'devices, energy, versions',
  installed: 'the command of an installed application, for terminals to find',
  hooks: 'news of studies, for people and programs elsewhere',
  ssh: 'other machines through the system’s ssh: which there are, a shell on one',
  queue:
    'queues of other machines: which there are, what goes through a broker and how it is sealed',
  storage: 'the database, its migrations, one file per aggregate',
  'user-code': 'trust, programs and modules of the user',
  engines: 'find, check and load a tensor backend',
  datasets: 'readers with limits, the registry, previews',
  networks: 'weights, checkpoints and models as files',
  attempts: 'what a trainer runs: task, module, program or function',
  running:
    'the run of one study: slots, trials, retries, resources; this machine, Slurm, machines over SSH, workers of a queue',
  worker: 'takes trials from a queue and runs them with the code of this machine',
  study: 'what happens to a study between runs: check, create, change, repeat, ask and tell',
  reporting: 'builds report files',
  exchange: 'reads and writes files of other programs',
  queries: 'long questions: analysis, verify, what-if',
  'optuna-storage': 'Optuna’s storage protocol, for programs of this user',
  updates: 'finds, checks and stages a new version of the application, and puts it in place',
  bridge: 'calls of the page as text',
  mcp: 'the methods as tools of the Model Context Protocol, for assistants',
  'back-end': 'the methods that hosts offer, and their events',
  children: 'entries of processes, about ten lines each',
  cli: 'the command line',
  web: 'the page and the HTTP API, served on this machine',
  desktop: 'windows, menus and dialogs of Electron',
}

/** What the renderer may import of src-main. */
const rendererImports = [
  ...['i18n', 'contract', 'math', 'analysis', 'charts'],
  ...['interop/study-file', 'reports/drawing'],
]

/** The only places that may import Electron. */
const electronPlaces = [
  'src-main/desktop/',
  'src-main/main.ts',
  'src-main/preload.ts',
  'test/electron/',
]

module.exports = { about, electronPlaces, layers, rendererImports }
