'use strict'

const { commonFolders, electronPlaces, layers, rendererImports } = require('./layers.config.cjs')

/** Regular expression for a text as it is. */
const literal = text => text.replace(/[.\\/^$*+?()[\]{}|]/g, '\\$&')

/** Regular expression for paths inside src-main that start with one of these; `*` is one name. */
const inside = names =>
  `^src-main/(${names.map(name => name.split('*').map(literal).join('[^/]+')).join('|')})/`

/** Every folder reaches only what layers.config.cjs lists for it. */
function layerRules([name, { pure, imports, packages }]) {
  const from = { path: inside([name]) }
  const rules = [
    {
      name: `${name}-layer`,
      severity: 'error',
      comment: `${name} may import ${[name, ...imports].join(', ')} of src-main`,
      from,
      to: { path: '^src-', pathNot: inside([name, ...imports]) },
    },
  ]
  if (pure) rules.push(noNode(name, from))
  if (packages !== null) rules.push(packagesOnly(name, from, packages))
  return rules
}

const noNode = (name, from) => ({
  name: `${name}-no-node`,
  severity: 'error',
  comment: `${name} is pure: no Node modules`,
  from,
  to: { dependencyTypes: ['core'] },
})

const packagesOnly = (name, from, packages) => ({
  name: `${name}-packages`,
  severity: 'error',
  comment: `${name} may use these packages only: ${packages.join(', ') || 'none'}`,
  from,
  to: {
    path: '^node_modules/',
    ...(packages.length === 0
      ? {}
      : { pathNot: `^node_modules/(@types/)?(${packages.map(literal).join('|')})/` }),
  },
})

/** The pure folders inside Node modules. */
function commonRules({ paths, imports, packages }) {
  const from = { path: inside(paths) }
  return [
    {
      name: 'common-layer',
      severity: 'error',
      comment: `a folder named common may import ${imports.join(', ')} and other common folders of src-main`,
      from,
      to: { path: '^src-', pathNot: inside([...paths, ...imports]) },
    },
    noNode('common', from),
    packagesOnly('common', from, packages),
  ]
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'a cycle makes two files one',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'an import that leads nowhere',
      from: {},
      to: { couldNotResolve: true },
    },
    ...Object.entries(layers).flatMap(layerRules),
    ...commonRules(commonFolders),
    {
      name: 'unknown-folder',
      severity: 'error',
      comment: 'every folder of src-main needs an entry in layers.config.cjs',
      from: { path: '^src-main/[^/]+/', pathNot: inside(Object.keys(layers)) },
      to: {},
    },
    {
      name: 'renderer-layer',
      severity: 'error',
      comment: `the renderer may import ${rendererImports.join(', ')} of src-main, and no Node modules`,
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/', pathNot: inside(rendererImports) },
    },
    {
      name: 'renderer-no-node',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'electron-places',
      severity: 'error',
      comment: 'everything else has to run in plain Node',
      from: { pathNot: `^(${electronPlaces.map(literal).join('|')})` },
      to: { path: '^node_modules/electron/' },
    },
    {
      name: 'composition-roots',
      severity: 'error',
      comment: 'main.ts, preload.ts and cli.ts know everything; nothing knows them',
      from: { path: '^src-' },
      to: { path: '^src-main/[^/]+\\.ts$' },
    },
    {
      name: 'tests-stay-outside',
      severity: 'error',
      comment: 'only tests and benchmarks may import tests',
      from: { pathNot: '^(test|bench)/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'shipped-packages-only',
      severity: 'error',
      comment: 'a development package is not there after installation',
      from: { path: '^(src-|bin/)', pathNot: `^(${electronPlaces.map(literal).join('|')})` },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/@types/',
      },
    },
    {
      name: 'declared-packages-only',
      severity: 'error',
      comment: 'a package that package.json does not name is there by luck',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules'] },
    exclude: { path: ['^(dist|[.]cache|test/fixtures|bench/results|test-results)/'] },
    // Type imports count: a layer must not even know the names of what lies above it.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.d.ts'],
    },
  },
}
