import eslint from '@eslint/js'
import { builtinModules, createRequire } from 'node:module'
import { defineConfig } from 'eslint/config'
import vue from 'eslint-plugin-vue'
import vueAccessibility from 'eslint-plugin-vuejs-accessibility'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'
import { childEnds } from './scripts/lint/child-ends.js'
import { fileOperations } from './scripts/lint/file-operations.js'
import { kindNames } from './scripts/lint/kind-names.js'
import { noProse } from './scripts/lint/no-prose.js'
import { ownNames } from './scripts/lint/own-names.js'
import { programPaths } from './scripts/lint/program-paths.js'
import { noVagueNames } from './scripts/lint/no-vague-names.js'
import { plainText, styleScales } from './scripts/lint/style-scales.js'

const { commonFolders, electronPlaces, layers, rendererImports } = createRequire(import.meta.url)(
  './layers.config.cjs',
)

const builtins = builtinModules.filter(name => !name.startsWith('_')).join('|')

const electron = {
  regex: '^electron($|/)',
  message:
    'Only src-main/hosts/desktop imports Electron; everything else has to run in plain Node.',
}

const tests = {
  regex: '^(\\.\\./)+(test|bench)/',
  message: 'Tests and benchmarks are imported by nobody.',
}

/** Imports that leave a folder for one that layers.config.cjs does not list for it. */
function forbiddenLayers(name, imports) {
  const forbidden = Object.keys(layers).filter(other => other !== name && !imports.includes(other))
  return {
    regex: `^(\\.\\./)+(src-main/)?(${forbidden.join('|')})/`,
    message: `${name} may import ${[name, ...imports].join(', ')} only (layers.config.cjs).`,
  }
}

/** Packages other than those listed, Node's modules among them. */
function forbiddenPackages(name, packages) {
  const allowed = packages.map(packageName => `${packageName}(?:/.*)?$`).join('|')
  return {
    regex: `^(?!\\.\\.?/${allowed && `|${allowed}`})`,
    message: `${name} is pure: it may import ${packages.join(', ') || 'no package'} only (layers.config.cjs).`,
  }
}

/** Ways for a pure function to notice where or when it runs. */
const pureGlobals = [
  'process',
  'console',
  'Buffer',
  'global',
  'globalThis',
  'require',
  'module',
  '__dirname',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'crypto',
  'fetch',
  'navigator',
  'window',
  'self',
  'document',
  'localStorage',
  'Worker',
  'WebSocket',
].map(name => ({ name, message: 'Pure folders know no clock, no input or output and no host.' }))

/** Syntax that is wrong everywhere in our sources. */
const bannedSyntax = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Named exports only: one name for one thing.',
  },
  {
    // A constant with a declared type implements a contract; that stays.
    selector:
      'ExportNamedDeclaration > VariableDeclaration > VariableDeclarator:not([id.typeAnnotation])' +
      ' > :matches(ArrowFunctionExpression, FunctionExpression).init',
    message: 'Declare exported functions with `function`.',
  },
  {
    selector:
      ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"])[accessibility="private"]',
    message: 'Write #name: it is private at run time, too.',
  },
  {
    selector: 'Identifier[name=/^((most|fewest|least(?!Squares))[A-Z]|(MOST|FEWEST|LEAST)_)/]',
    message: 'Limits are called max… and min….',
  },
  {
    selector:
      ':matches(ObjectExpression > SpreadElement > ObjectExpression,' +
      ' :matches(ArrayExpression, CallExpression) > SpreadElement > ArrayExpression).argument',
    message: 'Write the entries themselves; a spread literal only packs lines.',
  },
]

/** Tests that ask for the system before they run. */
const systemConditions = [
  'CallExpression[callee.property.name=/^(skipIf|runIf)$/] :matches(' +
    'MemberExpression[object.name="process"][property.name="platform"],' +
    ' UnaryExpression[operator="!"] > Identifier[name="isWindows"], Identifier[name="isPosix"])',
  'CallExpression[callee.property.name="skipIf"] > Identifier[name="isWindows"].arguments',
].map(selector => ({
  selector,
  message: 'Skip by isSkipped(reason): docs/windows.md says what tests the same there.',
}))

const bannedInPure = [
  ...bannedSyntax,
  {
    selector: 'MetaProperty[meta.name="import"]',
    message: 'Pure folders do not know where they lie.',
  },
  {
    selector:
      'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
    message: 'Pure folders read no clock: take the time as an argument.',
  },
  {
    selector: 'ImportExpression',
    message: 'Pure folders load nothing at run time.',
  },
]

const pureProperties = [
  {
    object: 'Math',
    property: 'random',
    message: 'Randomness comes from a stream that is passed in.',
  },
  {
    object: 'Date',
    property: 'now',
    message: 'Pure folders read no clock: take the time as an argument.',
  },
]

/** The rules of one folder of src-main. */
function layerConfigs([name, { pure, imports, packages }]) {
  const layer = forbiddenLayers(name, imports)
  const configs = [
    {
      name: `layer ${name}`,
      files: [`src-main/${name}/**/*.ts`],
      rules: {
        'no-restricted-imports': ['error', { patterns: [layer, tests, electron] }],
      },
    },
  ]
  if (pure) {
    configs.push({
      name: `pure ${name}`,
      files: [`src-main/${name}/**/*.ts`],
      rules: pureRules([layer, tests, forbiddenPackages(name, packages)]),
    })
  }
  return configs
}

function pureRules(patterns) {
  return {
    'no-restricted-imports': ['error', { patterns }],
    'no-restricted-globals': ['error', ...pureGlobals],
    'no-restricted-properties': ['error', ...pureProperties],
    'no-restricted-syntax': ['error', ...bannedInPure],
  }
}

export default defineConfig(
  {
    name: 'not ours to judge',
    ignores: [
      'node_modules/',
      'dist/',
      'dist-main/',
      '.cache/',
      'bench/results/',
      'test-results/',
      // Written as users write them, without our rules.
      'resources/',
      'test/fixtures/',
    ],
  },
  { name: 'stale comments', linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    name: 'typescript',
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.node.json', 'tsconfig.test.json', 'tsconfig.web.json'],
        extraFileExtensions: ['.vue'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-restricted-imports': ['error', { patterns: [electron, tests] }],
      'no-restricted-syntax': ['error', ...bannedSyntax],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      // An interface may be asynchronous where one implementation of it is not.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    name: 'names of constants',
    files: ['src-main/**/*.ts', 'src-renderer/**/*.ts'],
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'variable',
          modifiers: ['const', 'global'],
          types: ['number'],
          format: ['UPPER_CASE'],
        },
        { selector: 'variable', modifiers: ['const', 'global', 'destructured'], format: null },
      ],
    },
  },
  ...Object.entries(layers).flatMap(layerConfigs),
  {
    // What they may import of src-main is dependency-cruiser's to say.
    name: 'common folders',
    files: commonFolders.paths.map(path => `src-main/${path}/**/*.ts`),
    rules: pureRules([tests, forbiddenPackages('common', commonFolders.packages)]),
  },
  {
    name: 'vue components',
    files: ['src-renderer/**/*.vue'],
    extends: [vue.configs['flat/recommended'], vueAccessibility.configs['flat/recommended']],
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser: tseslint.parser },
    },
    rules: {
      // The compiler knows every name, and which of them are used.
      'no-undef': 'off',
      'no-unused-vars': 'off',
      // Texts of the database and of study files are shown as they are, never as markup.
      'vue/no-v-html': 'error',
      // Prettier decides these.
      ...Object.fromEntries(
        [
          [
            'html-closing-bracket-newline',
            'html-indent',
            'html-self-closing',
            'max-attributes-per-line',
          ],
          ['multiline-html-element-content-newline', 'singleline-html-element-content-newline'],
          ['first-attribute-linebreak', 'attributes-order'],
        ]
          .flat()
          .map(rule => [`vue/${rule}`, 'off']),
      ),
      // Optional properties are absent; there is no default to give.
      'vue/require-default-prop': 'off',
      // Element Plus ties labels to fields by `aria-label`.
      'vuejs-accessibility/form-control-has-label': 'off',
      'vuejs-accessibility/label-has-for': 'off',
    },
  },
  {
    name: 'renderer',
    files: ['src-renderer/**/*.ts', 'src-renderer/**/*.vue'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            electron,
            tests,
            {
              regex: `^(node:|(${builtins})($|/))`,
              message: 'The renderer is sandboxed: no Node modules.',
            },
            {
              regex: `^(\\.\\./)+src-main/(?!(${rendererImports.join('|').replaceAll('*', '[^/]+')})/)`,
              message: `The renderer may import ${rendererImports.join(', ')} of src-main only.`,
            },
          ],
        },
      ],
    },
  },
  {
    name: 'sentences stand in the catalogs',
    files: ['src-main/**/*.ts', 'src-renderer/**/*.ts', 'src-renderer/**/*.vue'],
    ignores: ['src-main/core/i18n/**', 'src-main/platform/storage/migrations/**'],
    plugins: { prose: { rules: { 'no-prose': noProse } } },
    rules: { 'prose/no-prose': 'error' },
  },
  {
    name: 'style sheets',
    files: ['src-renderer/**/*.css'],
    languageOptions: { parser: plainText },
  },
  {
    name: 'one scale of space, and one of type',
    files: ['src-renderer/**/*.{ts,vue,css}'],
    plugins: { styles: { rules: { 'style-scales': styleScales } } },
    rules: {
      'styles/style-scales': [
        'error',
        { tokens: `${import.meta.dirname}/src-renderer/styles/tokens.css` },
      ],
    },
  },
  {
    name: 'programs are started by their paths',
    files: ['src-main/**/*.ts'],
    plugins: { programs: { rules: { 'program-paths': programPaths } } },
    rules: { 'programs/program-paths': 'error' },
  },
  {
    name: 'one function ends children',
    files: ['src-main/**/*.ts'],
    ignores: ['src-main/platform/processes/end-child.ts'],
    plugins: { children: { rules: { 'child-ends': childEnds } } },
    rules: { 'children/child-ends': 'error' },
  },
  {
    name: 'names from outside find own properties',
    files: ['src-main/**/*.ts', 'src-renderer/**/*.ts'],
    ignores: ['src-main/core/values/named-values.ts'],
    plugins: { own: { rules: { 'own-names': ownNames } } },
    rules: { 'own/own-names': 'error' },
  },
  {
    name: 'one folder deletes and renames files',
    files: ['src-main/**/*.ts'],
    ignores: ['src-main/platform/files/**'],
    plugins: { files: { rules: { 'file-operations': fileOperations } } },
    rules: { 'files/file-operations': 'error' },
  },
  {
    name: 'kinds are known by their definitions',
    files: ['src-main/**/*.ts', 'src-renderer/**/*.ts', 'src-renderer/**/*.vue'],
    plugins: { kinds: { rules: { 'kind-names': kindNames } } },
    rules: { 'kinds/kind-names': ['error', { root: import.meta.dirname }] },
  },
  {
    name: 'names say what they hold',
    files: ['{src-main,src-renderer,test,bench,scripts}/**/*.{ts,vue}'],
    plugins: { names: { rules: { 'no-vague-names': noVagueNames } } },
    rules: { 'names/no-vague-names': 'error' },
  },
  {
    name: 'electron places',
    files: electronPlaces.map(place => (place.endsWith('/') ? `${place}**/*.ts` : place)),
    rules: { 'no-restricted-imports': ['error', { patterns: [tests] }] },
  },
  {
    name: 'tests and benchmarks',
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    ignores: ['test/electron/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [electron] }],
      // vitest's matchers (`expect.any`, …) are typed `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    name: 'tests are skipped on Windows for the listed reasons only',
    files: [
      'test/{unit,integration}/{cli,processes,running,storage,user-code}/**/*.test.ts',
      'test/unit/platform/{files,processes,storage,user-code}/**/*.test.ts',
      'test/security/*.test.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', ...bannedSyntax, ...systemConditions] },
  },
  {
    name: 'configuration files, and what describes modules of others',
    files: ['*.config.ts', '**/*.d.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    name: 'plain scripts',
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: { process: 'readonly', setTimeout: 'readonly', console: 'readonly' },
    },
  },
  {
    name: 'scripts that run before Node 24 is found',
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      ecmaVersion: 2022,
      globals: { require: 'readonly', module: 'writable', __dirname: 'readonly' },
    },
  },
  {
    name: 'commands: an old Node has to read them before it can be refused',
    files: ['bin/run.cjs', 'bin/tool.cjs', 'bin/tunewright.cjs'],
    languageOptions: { ecmaVersion: 2017 },
  },
  {
    name: 'the check for an old Node',
    files: ['bin/check-node.cjs'],
    languageOptions: { ecmaVersion: 5, sourceType: 'script' },
  },
)
