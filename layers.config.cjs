/*
 * Which folder of src-main may import what; the one table behind ESLint's and dependency-cruiser's rules.
 *
 * pure      no Node, no browser, no Electron, no clock, no global randomness: the same input gives the same output anywhere
 * imports   other folders (or single files) of src-main
 * packages  npm packages; null: any production dependency except Electron
 *
 * Arrows point down only: i18n and contract, then math, then search, analysis and training, then what touches the machine, then services,
 * then hosts. The composition roots (src-main/*.ts) may import everything.
 */
'use strict'

const pure = (imports, packages = []) => ({ pure: true, imports, packages })
const node = (imports, packages = null) => ({ pure: false, imports, packages })

const logic = ['i18n', 'contract', 'math', 'search', 'analysis', 'training', 'interop', 'reports']

const layers = {
  i18n: pure([], ['intl-messageformat']),
  contract: pure(['i18n'], ['zod']),
  math: pure(['contract'], ['ml-matrix']),
  search: pure(['contract', 'math'], ['zod']),
  analysis: pure(['i18n', 'contract', 'math']),
  training: pure(['contract', 'math'], ['zod', '@tensorflow/tfjs-core', 'protobufjs']),
  interop: pure(['i18n', 'contract', 'math', 'search'], ['zod', 'yaml']),
  reports: pure(['i18n', 'contract', 'math', 'analysis'], ['d3-scale', 'd3-shape', 'yaml']),

  engines: node(['contract', 'math', 'training']),
  datasets: node(['contract', 'math']),
  storage: node(['contract']),
  'user-code': node(['contract']),
  executors: node(['contract', 'math', 'runner/child-handle.ts', 'user-code']),
  runner: node(['contract', 'math', 'search', 'storage', 'executors']),
  children: node([
    ...logic,
    'engines',
    'datasets',
    'storage',
    'user-code',
    'runner/model-file.ts',
    'runner/weights-file.ts',
    'runner/checkpoint-file.ts',
  ]),
  services: node([...logic, 'engines', 'datasets', 'storage', 'executors', 'runner', 'user-code']),

  cli: node([...logic, 'engines', 'storage', 'runner', 'services', 'user-code', 'web']),
  web: node(['i18n', 'contract', 'services', 'runner', 'storage']),
  desktop: node([
    'i18n',
    'contract',
    'runner/child-handle.ts',
    'services/answer-call.ts',
    'services/log-file.ts',
    'services/renderer-files.ts',
  ]),
}

/** What the renderer may import of src-main. */
const rendererImports = ['i18n', 'contract', 'math', 'analysis', 'interop/study-file']

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
