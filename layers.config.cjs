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
    'processes',
    'machine',
    'storage',
    'user-code',
    'engines',
    'datasets',
    'networks',
    'attempts',
  ],
  ...['running', 'study', 'reporting', 'exchange', 'queries'],
]

const layers = {
  i18n: pure([], ['intl-messageformat']),
  contract: pure(['i18n'], ['zod']),
  math: pure(['contract'], ['ml-matrix']),
  search: pure(['contract', 'math'], ['zod']),
  analysis: pure(['i18n', 'contract', 'math']),
  training: pure(['contract', 'math'], ['zod', '@tensorflow/tfjs-core', 'protobufjs']),
  interop: pure(['i18n', 'contract', 'math', 'search'], ['zod', 'yaml']),
  charts: pure(['i18n', 'contract', 'math', 'analysis']),
  reports: pure(
    ['i18n', 'contract', 'math', 'analysis', 'charts'],
    ['d3-scale', 'd3-shape', 'yaml'],
  ),

  processes: node(['contract']),
  machine: node(['contract', 'processes']),
  storage: node(['contract']),
  'user-code': node(['contract', 'processes']),
  engines: node(['contract', 'math', 'training', 'processes']),
  datasets: node(['contract', 'math', 'training', 'storage', 'processes']),
  networks: node([...logic, 'engines', 'datasets', 'storage', 'processes']),
  attempts: node(['contract', 'training', 'engines', 'datasets', 'user-code', 'networks']),
  running: node([...logic, 'machine', 'storage', 'user-code', 'engines', 'datasets', 'processes']),
  study: node([...logic, 'machine', 'storage', 'user-code', 'datasets', 'networks', 'running']),
  reporting: node(['i18n', 'contract', 'analysis', 'reports', 'networks']),
  exchange: node([...logic, 'machine', 'storage', 'study', 'reporting']),
  queries: node([
    ...logic,
    'machine',
    'storage',
    'running',
    'study',
    'exchange',
    'reporting',
    'processes',
  ]),
  bridge: node(['contract']),
  'back-end': node([...logic, ...rooms, 'bridge']),
  children: node([...logic, ...rooms, 'back-end', 'bridge']),

  cli: node([...logic, ...rooms, 'back-end', 'bridge', 'web']),
  web: node(['i18n', 'contract', 'bridge']),
  desktop: node(['i18n', 'contract', 'processes', 'bridge']),
}

/** What the renderer may import of src-main. */
const rendererImports = ['i18n', 'contract', 'math', 'analysis', 'charts', 'interop/study-file']

/** The only places that may import Electron. */
const electronPlaces = [
  'src-main/desktop/',
  'src-main/main.ts',
  'src-main/preload.ts',
  'test/electron/',
]

/** Files in pure folders that do touch the machine: writers of finished reports. */
const impureFiles = 'src-main/reports/**/write-*.ts'

module.exports = { electronPlaces, impureFiles, layers, rendererImports }
