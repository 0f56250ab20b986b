import { ESLint } from 'eslint'
import { createRequire } from 'node:module'
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

const { layers } = createRequire(import.meta.url)('../../../layers.config.cjs') as {
  layers: Record<string, { pure: boolean; imports: string[]; packages: string[] | null }>
}
const folders = Object.keys(layers)
const pureFolders = folders.filter(folder => layers[folder]?.pure)

describe.each(pureFolders)('pure folder %s', folder => {
  const file = `src-main/${folder}/deeper/example.ts`

  it('accepts a plain function', async () => {
    const text = `import { b } from './b.ts'\nexport function a(ms: number) {\n  return new Date(ms + b)\n}\n`
    expect(await brokenRules(file, text)).toEqual([])
  })

  it('refuses the machine, the clock, randomness, and packages that only look like listed ones', async () => {
    const lines = [
      [`import { a } from './a.ts'`, []],
      [`import 'node:fs'`, ['no-restricted-imports']],
      [`import 'fs'`, ['no-restricted-imports']],
      [`import 'zod-extra'`, ['no-restricted-imports']],
      [`import type { A } from '../../platform/a.ts'`, ['no-restricted-imports']],
      [`export { b } from '../../features/a.ts'`, ['no-restricted-imports']],
      [`import '../../../test/helpers/a.ts'`, ['no-restricted-imports']],
      ['a(Date.now())', ['no-restricted-properties']],
      ['const { random } = Math', ['no-restricted-properties']],
      ['a(new Date(), Date())', ['no-restricted-syntax', 'no-restricted-syntax']],
      ['a(import.meta.dirname)', ['no-restricted-syntax']],
      [`a(import('./c.ts'))`, ['no-restricted-syntax']],
      ['setTimeout(a, random)', ['no-restricted-globals']],
      ['export type B = A', []],
    ] as const
    const text = lines.map(([line]) => `${line}\n`).join('')
    expect(await brokenRules(file, text)).toEqual(lines.flatMap(([, rules]) => rules))
  })
})

describe('layers', () => {
  it.each(folders)('%s imports the folders that its line names, and no other', async folder => {
    const others = folders.filter(other => other !== folder)
    const text = others.map(other => `import '../${other}/a.ts'\n`).join('')
    const allowed = others.filter(other => layers[folder]?.imports.includes(other))
    const broken = await brokenRules(`src-main/${folder}/example.ts`, text)
    expect(broken).toHaveLength(others.length - allowed.length)
    const named = allowed.map(other => `import '../${other}/deeper/a.ts'\n`).join('')
    expect(await brokenRules(`src-main/${folder}/example.ts`, named)).toEqual([])
  })

  it.each(pureFolders)('%s may import the packages that its line names', async folder => {
    const packages = layers[folder]?.packages ?? []
    const text = packages.map(name => `import '${name}'\nimport '${name}/part'\n`).join('')
    expect(await brokenRules(`src-main/${folder}/example.ts`, text)).toEqual([])
  })

  it('keeps Electron to the desktop adapters and the composition roots', async () => {
    const text = `import 'electron'\n`
    for (const folder of [
      'engines',
      'platform',
      'running',
      'features/studies/node',
      'hosts/cli',
      'entry-points',
    ]) {
      expect(await brokenRules(`src-main/${folder}/a.ts`, text)).toEqual(['no-restricted-imports'])
    }
    expect(await brokenRules('src-main/cli.ts', text)).toEqual(['no-restricted-imports'])
    expect(await brokenRules('test/unit/a.test.ts', text)).toEqual(['no-restricted-imports'])
    expect(await brokenRules('src-main/main.ts', text)).toEqual([])
  })

  it('lets the renderer see pure modules and common folders only', async () => {
    const rules = (target: string) =>
      brokenRules('src-renderer/charts/a.ts', `import '${target}'\n`)
    expect(await rules('../../src-main/core/study/study.ts')).toEqual([])
    expect(await rules('../../src-main/analysis/history/a.ts')).toEqual([])
    expect(await rules('../../src-main/features/backups/common/a.ts')).toEqual([])
    expect(await rules('../../src-main/features/backups/node/a.ts')).toEqual([
      'no-restricted-imports',
    ])
    expect(await rules('../../src-main/platform/storage/a.ts')).toEqual(['no-restricted-imports'])
    expect(await rules('node:path')).toEqual(['no-restricted-imports'])
    expect(await rules('electron')).toEqual(['no-restricted-imports'])
  })
})

describe('everywhere', () => {
  it.each([
    ['a default export', 'const a = 1\nexport default a'],
    ['an exported arrow function', 'export const a = () => 1'],
    ['`private` where # does it', 'export class A {\n  private b = 1\n}'],
    ['an object literal that is spread', 'export const a = { ...{ b: 1, c: 2 }, d: 3 }'],
    ['an array literal that is spread', `export const a = [...['b', 'c'], 'd']`],
    ['another word for a limit', 'export const mostTrials: Limit = 3\nexport type Limit = number'],
  ])('refuses %s', async (_, text) => {
    expect(await brokenRules('src-main/running/example.ts', `${text}\n`)).toEqual([
      'no-restricted-syntax',
    ])
    expect(await brokenRules('src-main/search/example.ts', `${text}\n`)).toEqual([
      'no-restricted-syntax',
    ])
  })

  it('accepts an exported function constant that implements a declared type', async () => {
    const text = `import type { A } from './a.ts'\nexport const a: A = () => 1\n`
    expect(await brokenRules('src-main/search/example.ts', text)).toEqual([])
  })

  it('refuses programs that are started by name, and deleting files but in one folder', async () => {
    const lines = [
      `import { spawn } from 'node:child_process'`,
      `import { rm } from 'node:fs/promises'`,
      `spawn('git', [rm])`,
    ]
    const text = lines.map(line => `${line}\n`).join('')
    expect((await brokenRules('src-main/running/a.ts', text)).toSorted()).toEqual([
      'files/file-operations',
      'programs/program-paths',
    ])
    expect(await brokenRules('src-main/platform/files/a.ts', text)).toEqual([
      'programs/program-paths',
    ])
  })

  it('refuses tests that are skipped on Windows without a listed reason', async () => {
    const conditions = {
      "it.skipIf(process.platform === 'win32')('a', b)": 1,
      "describe.runIf(process.platform !== 'win32').each([1])('a', b)": 1,
      "it.skipIf(isWindows)('a', b)": 1,
      "it.runIf(!isWindows)('a', b)": 1,
      "const onPosix = it.runIf(isPosix && c)\nonPosix('a', b)": 1,
      "it.skipIf(isSkipped('signals'))('a', () => process.platform)": 0,
      "it.runIf(isWindows)('a', b)": 0,
    }
    for (const [text, count] of Object.entries(conditions)) {
      const broken = await brokenRules('test/integration/running/a.test.ts', `${text}\n`)
      const wanted = Array.from({ length: count }, () => 'no-restricted-syntax')
      expect([text, broken]).toEqual([text, wanted])
      expect(await brokenRules('test/integration/launcher/a.test.ts', `${text}\n`)).toEqual([])
    }
  })

  it('refuses spaces and sizes beside the scales of the page', async () => {
    const rules = ['styles/style-scales', 'styles/style-scales']
    const sheet = 'a {\n  gap: 6px;\n  font-size: 14px;\n}\n'
    expect(await brokenRules('src-renderer/styles/a.css', sheet)).toEqual(rules)
    const component = `<template><p /></template>\n\n<style>\n${sheet}</style>\n`
    expect(await brokenRules('src-renderer/components/ExamplePart.vue', component)).toEqual(rules)
    const script = "export const style = { padding: '6px' }\n"
    expect(await brokenRules('src-renderer/charts/a.ts', script)).toEqual([rules[0]])
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
      filePath: path.join(repositoryFolder, 'src-main/core/values/json.ts'),
    })
    expect(result?.messages.map(message => message.ruleId)).toEqual([
      '@typescript-eslint/no-floating-promises',
    ])
  })
})
