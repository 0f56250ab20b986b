/*
 * Which module of src-main may import what; the one table behind ESLint's and dependency-cruiser's rules.
 *
 * pure      no Node, no browser, no Electron, no clock, no global randomness: the same input gives the same output anywhere
 * imports   other modules of src-main
 * packages  npm packages; null: any production dependency except Electron
 *
 * Arrows point down only. Inside `features/` and `running/executors/`, a folder named `common` is pure, may import pure modules and other `common`
 * folders only, and is what the page may import. The composition roots (src-main/*.ts) may import everything.
 */
'use strict'

const pure = (imports, packages = []) => ({ pure: true, imports, packages })
const node = (imports, packages = null) => ({ pure: false, imports, packages })

const logic = ['core', 'math', 'search', 'training', 'analysis', 'charts', 'interop', 'reports']

const layers = {
  core: pure([], ['zod', 'intl-messageformat']),
  math: pure(['core'], ['ml-matrix']),
  search: pure(['core', 'math'], ['zod']),
  training: pure(['core', 'math'], ['zod', '@tensorflow/tfjs-core', 'protobufjs']),
  analysis: pure(['core', 'math']),
  charts: pure(['core', 'math', 'analysis'], ['d3-scale']),
  interop: pure(['core', 'math', 'search'], ['zod', 'yaml', '@lezer/common', '@lezer/python']),
  reports: pure(['core', 'math', 'analysis', 'charts'], ['d3-scale', 'd3-shape', 'yaml']),

  platform: node(['core']),
  engines: node(['core', 'math', 'training', 'platform']),
  datasets: node(['core', 'math', 'training', 'platform']),
  trainer: node(['core', 'math', 'training', 'platform', 'engines', 'datasets']),
  running: node([
    'core',
    'math',
    'search',
    'training',
    'analysis',
    'platform',
    'engines',
    'datasets',
  ]),
  features: node([...logic, 'platform', 'engines', 'datasets', 'trainer', 'running']),
  hosts: node([...logic, 'platform', 'engines', 'datasets', 'running', 'features']),
  'entry-points': node([
    'core',
    'search',
    'platform',
    'engines',
    'datasets',
    'trainer',
    'running',
    'features',
    'hosts',
  ]),
}

/** Folders inside Node modules that are pure, by path in src-main; `*` is one name. */
const commonFolders = {
  paths: ['features/*/common', 'running/executors/common', 'running/executors/*/common'],
  imports: logic,
  packages: ['zod'],
}

/** What is in each module, for docs/architecture.md. */
const about = {
  core: 'what every other module speaks of: errors and messages, studies and trials, which trial is best, texts in each language',
  math: 'numeric kernels: distributions, Gaussian processes, forests, evolution, statistics',
  search: 'search spaces, samplers, pruners, stop rules, proposals',
  training: 'layers, optimizers, training functions, tasks, hypergradients, boosting, ONNX',
  analysis: 'importance, dependence, comparison, curves, lineage',
  charts: 'a model of every chart, and the colors of meaning',
  interop: 'study files, what Optuna, Hyperopt and W&B write, and Python scripts as they are read',
  reports: 'the report: HTML, Markdown, LaTeX, exports',
  platform: 'files, processes, the database, the machine, and the user’s own programs',
  engines: 'find, check and load a tensor backend or a tree library',
  datasets: 'readers with limits, the registry, previews',
  trainer:
    'what a trainer process does: an attempt of a task, module, program or function, and its models as files',
  running: 'the run of one study: slots, trials, retries, resources, and the executors',
  features:
    'everything a person can do with studies, one folder a feature: schema, service, methods, command',
  hosts:
    'the command line, the web page and HTTP API, the desktop window, MCP: each over the same back end',
  'entry-points': 'where child processes start, about ten lines each',
}

/** What the renderer may import of src-main. */
const rendererImports = [
  'core',
  'math',
  'analysis',
  'charts',
  'interop/study-file',
  'reports/drawing',
  ...commonFolders.paths,
]

/** The only places that may import Electron. */
const electronPlaces = [
  'src-main/hosts/desktop/',
  'src-main/main.ts',
  'src-main/preload.ts',
  'test/electron/',
]

module.exports = { about, commonFolders, electronPlaces, layers, rendererImports }
