import { ESLint } from 'eslint'
import path from 'node:path'
import tseslint from 'typescript-eslint'
import { describe, expect, it } from 'vitest'

const repositoryFolder = path.resolve(import.meta.dirname, '../../..')

/** The repository's rules without those that need types: the files linted here do not exist. */
const eslint = new ESLint({
  cwd: repositoryFolder,
  overrideConfig: [
    {
      ...tseslint.configs.disableTypeChecked,
      languageOptions: { parserOptions: { project: false } },
      files: ['**/*.ts'],
    },
  ],
})

/** Names of the rules that a text breaks if it lies at this path. */
async function brokenRules(filePath: string, text: string): Promise<(string | null)[]> {
  const results = await eslint.lintText(text, { filePath: path.join(repositoryFolder, filePath) })
  return results.flatMap(result => result.messages.map(message => message.ruleId))
}

const pureFolders = [
  'contract',
  'math',
  'search',
  'analysis',
  'training',
  'interop',
  'charts',
  'reports',
]

describe.each(pureFolders)('pure folder %s', folder => {
  const file = `src-main/${folder}/deeper/example.ts`

  it('accepts a plain function', async () => {
    const text = `import { b } from './b.ts'\nexport function a(ms: number) {\n  return new Date(ms + b)\n}\n`
    expect(await brokenRules(file, text)).toEqual([])
  })

  it.each([
    ['node:fs', `import 'node:fs'`],
    ['fs', `import 'fs'`],
    ['a package that is not listed', `import 'left-pad'`],
    ['a package whose name begins like a listed one', `import 'zod-extra'`],
    ['electron', `import 'electron'`],
    ['a file of storage', `import type { A } from '../../storage/a.ts'\nexport type B = A`],
    ['a file of studies, re-exported', `export { a } from '../../study/a.ts'`],
    ['a test', `import '../../../test/helpers/a.ts'`],
  ])('refuses to import %s', async (_, text) => {
    expect(await brokenRules(file, `${text}\n`)).toEqual(['no-restricted-imports'])
  })

  it.each([
    ['Date.now', 'a(Date.now())', 'no-restricted-properties'],
    ['new Date()', 'a(new Date())', 'no-restricted-syntax'],
    ['Date()', 'a(Date())', 'no-restricted-syntax'],
    ['Math.random', 'a(Math.random())', 'no-restricted-properties'],
    ['Math.random, taken apart', 'const { random } = Math\na(random)', 'no-restricted-properties'],
    ['performance.now', 'a(performance.now())', 'no-restricted-globals'],
    ['setTimeout', 'setTimeout(a, 1)', 'no-restricted-globals'],
    ['process', 'a(process.env)', 'no-restricted-globals'],
    ['console', 'console.log(a)', 'no-restricted-globals'],
    ['globalThis', 'a(globalThis)', 'no-restricted-globals'],
    ['document', 'a(document)', 'no-restricted-globals'],
    ['fetch', 'a(fetch)', 'no-restricted-globals'],
    ['import.meta', 'a(import.meta.dirname)', 'no-restricted-syntax'],
    ['an import at run time', `a(import('./c.ts'))`, 'no-restricted-syntax'],
  ])('refuses %s', async (_, text, rule) => {
    expect(await brokenRules(file, `import { a } from './a.ts'\n${text}\n`)).toEqual([rule])
  })
})

describe('layers', () => {
  it.each([
    ['contract', '../math/a.ts'],
    ['math', '../search/a.ts'],
    ['search', '../training/a.ts'],
    ['search', '../analysis/a.ts'],
    ['analysis', '../search/a.ts'],
    ['training', '../engines/a.ts'],
    ['reports', '../storage/a.ts'],
    ['processes', '../storage/a.ts'],
    ['engines', '../study/a.ts'],
    ['storage', '../running/a.ts'],
    ['attempts', '../running/a.ts'],
    ['running', '../study/a.ts'],
    ['study', '../queries/a.ts'],
    ['back-end', '../cli/a.ts'],
    ['cli', '../desktop/a.ts'],
    ['desktop', '../back-end/a.ts'],
    ['desktop', '../reports/html/a.ts'],
  ])('%s does not import %s', async (folder, target) => {
    expect(await brokenRules(`src-main/${folder}/example.ts`, `import '${target}'\n`)).toEqual([
      'no-restricted-imports',
    ])
  })

  it.each([
    ['contract', 'zod'],
    ['math', '../contract/a.ts'],
    ['search', '../math/a.ts'],
    ['training', '@tensorflow/tfjs-core'],
    ['interop', 'yaml'],
    ['engines', '../training/a.ts'],
    ['storage', 'node:fs'],
    ['running', '../processes/a.ts'],
    ['study', '../running/a.ts'],
    ['desktop', '../processes/a.ts'],
    ['reports', '../analysis/a.ts'],
    ['desktop', 'electron'],
  ])('%s may import %s', async (folder, target) => {
    expect(await brokenRules(`src-main/${folder}/example.ts`, `import '${target}'\n`)).toEqual([])
  })

  it('lets a writer of reports use Node', async () => {
    const text = `import 'node:fs'\n`
    expect(await brokenRules('src-main/reports/write-report.ts', text)).toEqual([])
    expect(await brokenRules('src-main/reports/build-report.ts', text)).toEqual([
      'no-restricted-imports',
    ])
  })

  it('keeps Electron to the desktop adapters and the composition roots', async () => {
    const text = `import 'electron'\n`
    for (const folder of ['engines', 'storage', 'running', 'study', 'cli', 'web', 'children']) {
      expect(await brokenRules(`src-main/${folder}/a.ts`, text)).toEqual(['no-restricted-imports'])
    }
    expect(await brokenRules('src-main/cli.ts', text)).toEqual(['no-restricted-imports'])
    expect(await brokenRules('test/unit/a.test.ts', text)).toEqual(['no-restricted-imports'])
    expect(await brokenRules('src-main/main.ts', text)).toEqual([])
  })

  it('lets the renderer see contract, math and analysis only', async () => {
    const rules = (target: string) =>
      brokenRules('src-renderer/charts/a.ts', `import '${target}'\n`)
    expect(await rules('../../src-main/contract/study.ts')).toEqual([])
    expect(await rules('../../src-main/analysis/history/a.ts')).toEqual([])
    expect(await rules('../../src-main/storage/a.ts')).toEqual(['no-restricted-imports'])
    expect(await rules('node:path')).toEqual(['no-restricted-imports'])
    expect(await rules('electron')).toEqual(['no-restricted-imports'])
  })
})

describe('everywhere', () => {
  it.each([
    ['a default export', 'const a = 1\nexport default a', 'no-restricted-syntax'],
    ['an exported arrow function', 'export const a = () => 1', 'no-restricted-syntax'],
    [
      'any',
      'export function a(b: any) {\n  return b as string\n}',
      '@typescript-eslint/no-explicit-any',
    ],
    ['a note for later', '// TODO: later\nexport {}', 'no-warning-comments'],
    ['more than 400 lines', '\n'.repeat(400) + 'export {}', 'max-lines'],
  ])('refuses %s', async (_, text, rule) => {
    expect(await brokenRules('src-main/running/example.ts', `${text}\n`)).toEqual([rule])
    expect(await brokenRules('src-main/search/example.ts', `${text}\n`)).toEqual([rule])
  })

  it('accepts an exported function constant that implements a declared type', async () => {
    const text = `import type { A } from './a.ts'\nexport const a: A = () => 1\n`
    expect(await brokenRules('src-main/search/example.ts', text)).toEqual([])
  })

  it('keeps what an old Node reads in old syntax', async () => {
    for (const command of ['run', 'tool', 'tunewright']) {
      expect(await brokenRules(`bin/${command}.cjs`, 'module.exports = a => a || 1\n')).toEqual([])
      expect(await brokenRules(`bin/${command}.cjs`, 'module.exports = a => a ?? 1\n')).toEqual([
        null,
      ])
    }
    expect(await brokenRules('bin/check-node.cjs', 'var a = function () {}\na()\n')).toEqual([])
    expect(await brokenRules('bin/check-node.cjs', 'var a = () => 1\na()\n')).toEqual([null])
  })
})

describe('rules that need types', () => {
  it('refuse a promise that nobody waits for', async () => {
    const typed = new ESLint({
      cwd: repositoryFolder,
      overrideConfig: {
        // In continuous integration the parser would take the text from the disk.
        languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } },
        files: ['**/*.ts'],
      },
    })
    const [result] = await typed.lintText('async function a() {}\na()\n', {
      filePath: path.join(repositoryFolder, 'src-main/contract/json.ts'),
    })
    expect(result?.messages.map(message => message.ruleId)).toEqual([
      '@typescript-eslint/no-floating-promises',
    ])
  })
})
