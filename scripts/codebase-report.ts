/*
 * Counts what the code base is to be judged by, from the working tree:
 *
 *   modules     folders at the top of src-main, floors (folders in the longest chain of imports between them), and
 *               arrows that layers.config.cjs allows and that imports use
 *   kinds       registered names of samplers, pruners, … as literals outside their folders (scripts/lint/kind-names.js),
 *               in src-main and src-renderer, and what is read by such a name as a key (`executor.ssh`)
 *   words       declared names and names of files that hold a word that only this project used
 *               (scripts/lint/private-words.js); `catalog` and `python`: the same in keys of the catalog of texts and in
 *               the Python client
 *   vague       declarations whose names do not say what they hold (scripts/lint/no-vague-names.js)
 *
 *   npm run codebase -- [--json] [--list NAME]… [--compare FILE.json] [--root FOLDER]
 *
 * `--list` takes a name of the first column (`modules floors`, `kinds`, `kinds sampler`, `words place`, `vague test`) and prints
 * every place; `--json` prints the figures, `--compare` prints them beside those of an earlier `--json`.
 */
import { Linter } from 'eslint'
import { globSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { parseArgs } from 'node:util'
import ts from 'typescript'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'
import { kindNames, kinds, registeredNames } from './lint/kind-names.js'
import { noVagueNames } from './lint/no-vague-names.js'
import {
  noPrivateWords,
  privateTermsOfPath,
  privateTerms,
  privateWords,
} from './lint/private-words.js'

/** What is counted under one name, and where it stands. */
interface Finding {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly text: string
}

type Figures = Record<string, number>

interface Report {
  readonly figures: Figures
  readonly findings: readonly Finding[]
}

const areas = ['src-main', 'src-renderer', 'test', 'bench', 'scripts']
const product = /^src-(main|renderer)\//

const slashes = (file: string): string => file.split(path.sep).join('/')

function sourceFiles(root: string): string[] {
  return areas
    .flatMap(area => globSync(`${area}/**/*.{ts,vue}`, { cwd: root }))
    .map(slashes)
    .filter(file => !file.startsWith('test/fixtures/'))
    .sort()
}

type Arrows = ReadonlyMap<string, ReadonlySet<string>>

/** Folders of src-main, and the arrows between them that imports draw. */
function reportModules(root: string, files: readonly string[]): Report {
  const folders = readdirSync(path.join(root, 'src-main'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
  const used = new Map(folders.map(name => [name, new Set<string>()]))
  for (const file of files) {
    const [top, folder = '', ...rest] = file.split('/')
    if (top !== 'src-main' || rest.length === 0) continue
    const text = readFileSync(path.join(root, file), 'utf8')
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (!fileName.startsWith('.')) continue
      const target = path.posix.join(path.posix.dirname(file), fileName).split('/')
      const other = target[1] ?? ''
      if (target[0] === 'src-main' && target.length > 2 && other !== folder) {
        used.get(folder)?.add(other)
      }
    }
  }
  const { layers } = createRequire(import.meta.url)(path.join(root, 'layers.config.cjs')) as {
    layers: Record<string, { imports: readonly string[] }>
  }
  const allowed = new Map(Object.entries(layers).map(([name, row]) => [name, new Set(row.imports)]))
  const unused = [...allowed].flatMap(([name, imports]) =>
    [...imports]
      .filter(other => used.get(name)?.has(other) !== true)
      .map(other => `${name} → ${other}`),
  )
  const finding = (name: string, text: string): Finding => ({
    name: `modules ${name}`,
    file: 'layers.config.cjs',
    line: 1,
    text,
  })
  return {
    figures: {
      'modules at the top': folders.length,
      'modules floors': longestChain(used)?.length ?? Infinity,
      'modules floors allowed': longestChain(allowed)?.length ?? Infinity,
      'modules arrows used': countArrows(used),
      'modules arrows allowed': countArrows(allowed),
      'modules arrows allowed, not used': unused.length,
    },
    findings: [
      finding('floors', longestChain(used)?.join(' → ') ?? 'a circle'),
      finding('floors allowed', longestChain(allowed)?.join(' → ') ?? 'a circle'),
      ...unused.map(arrow => finding('arrows allowed, not used', arrow)),
    ],
  }
}

function countArrows(graph: Arrows): number {
  return [...graph.values()].reduce((count, { size }) => count + size, 0)
}

/** Names along the longest chain of arrows; null where arrows go in a circle. */
export function longestChain(graph: Arrows): string[] | null {
  const chains = new Map<string, string[] | null>()
  const chainFrom = (name: string): string[] | null => {
    const before = chains.get(name)
    if (before !== undefined) return before
    // Whoever comes here again meanwhile has gone in a circle.
    chains.set(name, null)
    const below = [...(graph.get(name) ?? [])].map(chainFrom)
    const chain = below.includes(null) ? null : [name, ...longest(below)]
    chains.set(name, chain)
    return chain
  }
  const all = [...graph.keys()].map(chainFrom)
  return all.includes(null) ? null : longest(all)
}

function longest(chains: readonly (string[] | null)[]): string[] {
  return chains.reduce<string[]>(
    (best, chain) => (chain !== null && chain.length > best.length ? chain : best),
    [],
  )
}

const typescriptOptions = { languageOptions: { parser: tseslint.parser } }
const componentOptions = {
  languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
}

function lintFindings(root: string, files: readonly string[]): Finding[] {
  const linter = new Linter({ cwd: root })
  const names = registeredNames(root)
  const plugins = {
    ours: {
      rules: { kinds: kindNames, words: noPrivateWords, vague: noVagueNames },
    },
  }
  const findings: Finding[] = []
  for (const file of files) {
    const text = readFileSync(path.join(root, file), 'utf8')
    const messages = linter.verify(
      text,
      [
        {
          ...(file.endsWith('.vue') ? componentOptions : typescriptOptions),
          files: ['**/*.ts', '**/*.vue'],
          plugins,
          rules: {
            'ours/words': ['error', { root }],
            'ours/vague': 'error',
            'ours/kinds': product.test(file) ? ['error', { root, names, accesses: true }] : 'off',
          },
        },
      ],
      // Comments that switch a rule off switch off nothing here.
      { filename: path.join(root, file), allowInlineConfig: false },
    )
    for (const { ruleId, message, messageId, line } of messages) {
      if (ruleId === null) throw new Error(`${file}:${line}: ${message}`)
      findings.push({ name: nameOf(ruleId, messageId, message, file), file, line, text: message })
    }
  }
  return findings
}

/** The row that a finding counts in. */
function nameOf(
  ruleId: string,
  messageId: string | undefined,
  message: string,
  file: string,
): string {
  if (ruleId === 'ours/vague') return `vague ${file.slice(0, file.indexOf('/'))}`
  if (ruleId === 'ours/words') return `words ${message.slice(0, message.indexOf(':'))}`
  const kind = message.slice(0, message.indexOf(' "'))
  return messageId === 'access' ? `keys ${kind}` : `kinds ${kind}`
}

/** Private words in names of files and in keys of the catalog. */
function namesWithoutSyntax(root: string, files: readonly string[]): Finding[] {
  const paths = files.flatMap(file =>
    privateTermsOfPath(file).map(({ term, instead }) => ({
      name: `words ${term}`,
      file,
      line: 1,
      text: `${term}: ${path.posix.basename(file)} (say ${instead})`,
    })),
  )
  const catalog = globSync('src-main/**/en.json', { cwd: root }).map(slashes)
  const keys = catalog.flatMap(file => {
    const entries = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<
      string,
      string
    >
    return Object.keys(entries).flatMap((key, index) =>
      privateTerms(key, { file: key, role: 'key' }).map(({ term, instead }) => ({
        name: `catalog ${term}`,
        file,
        line: index + 2,
        text: `${term}: ${key} (say ${instead})`,
      })),
    )
  })
  return [...paths, ...keys]
}

/** Private words in what the Python client declares. */
function pythonNames(root: string): Finding[] {
  const declaration = /^\s*(?:def|class)\s+(\w+)|^\s*(?:self\.)?(\w+)(?::[^=]+)?\s=\s/
  return globSync('clients/python/**/*.py', { cwd: root })
    .map(slashes)
    .flatMap(file =>
      readFileSync(path.join(root, file), 'utf8')
        .split('\n')
        .flatMap((text, index) => {
          const match = declaration.exec(text)
          const name = match?.[1] ?? match?.[2]
          return name === undefined
            ? []
            : privateTerms(name, { file }).map(({ term, instead }) => ({
                name: `python ${term}`,
                file,
                line: index + 1,
                text: `${term}: ${name} (say ${instead})`,
              }))
        }),
    )
}

/**
 * Tests of `test/unit` by whether they lie where their module does: `<module>.test.ts`, `<module>.<topic>.test.ts`, or a folder's name
 * for what its modules do together. The page's modules lie under `renderer/`.
 */
function reportUnitTests(root: string): Report {
  const sources = new Set(
    ['src-main', 'src-renderer', 'scripts', 'bench']
      .flatMap(area => globSync(`${area}/**/*.{ts,vue,js,cjs}`, { cwd: root }))
      .map(slashes)
      .flatMap(file => {
        const module = file.replace(/\.\w+$/, '').replace(/^src-main\//, '')
        const named = module.replace(/^src-renderer\//, 'renderer/')
        return [named, path.posix.join(path.posix.dirname(named), folderName(named))]
      }),
  )
  const tests = globSync('test/unit/**/*.test.ts', { cwd: root }).map(slashes)
  const elsewhere = tests.filter(test => {
    const folder = path.posix.dirname(test).slice('test/unit/'.length)
    const [module = ''] = path.posix.basename(test).split('.')
    return !sources.has(path.posix.join(folder, module))
  })
  return {
    figures: {
      'unit tests': tests.length,
      'unit tests at the path of their module': tests.length - elsewhere.length,
    },
    findings: elsewhere.map(file => ({ name: 'unit tests elsewhere', file, line: 1, text: '' })),
  }
}

function folderName(module: string): string {
  return path.posix.basename(path.posix.dirname(module))
}

/** Code that Prettier must not touch: for tables of numbers only. */
function reportLayout(root: string, files: readonly string[]): Report {
  const findings = files.flatMap(file =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      .flatMap((text, index) =>
        text.includes('prettier-ignore')
          ? [{ name: 'prettier-ignore', file, line: index + 1, text: text.trim() }]
          : [],
      ),
  )
  return { figures: { 'prettier-ignore': findings.length }, findings }
}

/** Figures by name, with sums. Empty rows stay, but those of places that repeat the words of the code. */
function countFindings(findings: readonly Finding[]): Figures {
  const count = (name: string): number => findings.filter(finding => finding.name === name).length
  const group = (name: string, parts: readonly string[], isSparse = false): Figures => {
    const rows = parts
      .map(part => [`${name} ${part}`, count(`${name} ${part}`)] as const)
      .filter(([, value]) => value > 0 || !isSparse)
    return { [name]: rows.reduce((sum, [, value]) => sum + value, 0), ...Object.fromEntries(rows) }
  }
  const kindList = kinds.map(({ kind }) => kind)
  const terms = privateWords.map(({ term }) => term)
  return {
    ...group('kinds', kindList),
    ...group('keys', ['executor', 'objective', 'stop rule']),
    ...group('words', terms),
    ...group('catalog', terms, true),
    ...group('python', terms, true),
    ...group('vague', areas),
  }
}

function reportOn(root: string): Report {
  const files = sourceFiles(root)
  const reports = [reportModules(root, files), reportUnitTests(root), reportLayout(root, files)]
  const findings = [
    ...lintFindings(root, files),
    ...namesWithoutSyntax(root, files),
    ...pythonNames(root),
  ]
  return {
    figures: Object.assign(
      {},
      ...reports.map(({ figures }) => figures),
      countFindings(findings),
    ) as Figures,
    findings: [...reports.flatMap(report => report.findings), ...findings],
  }
}

function printTable(figures: Figures, before: Figures | null): void {
  const names = [...new Set([...Object.keys(figures), ...Object.keys(before ?? {})])]
  const width = Math.max(...names.map(name => name.length)) + 2
  const cell = (value: number | undefined): string => String(value ?? '–').padStart(8)
  if (before !== null)
    console.log(`${''.padEnd(width)}${'before'.padStart(8)}${'after'.padStart(8)}`)
  for (const name of names) {
    const columns = before === null ? [figures[name]] : [before[name], figures[name]]
    console.log(`${name.padEnd(width)}${columns.map(cell).join('')}`)
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      list: { type: 'string', multiple: true, default: [] },
      compare: { type: 'string' },
      root: { type: 'string', default: path.join(import.meta.dirname, '..') },
    },
  })
  const { figures, findings } = reportOn(path.resolve(values.root))
  if (values.list.length > 0) {
    const isListed = ({ name }: Finding): boolean =>
      values.list.some(wanted => name === wanted || name.startsWith(`${wanted} `))
    for (const { file, line, text } of findings.filter(isListed)) {
      console.log(`${file}:${line}  ${text}`)
    }
  } else if (values.json) {
    console.log(JSON.stringify(figures, null, 2))
  } else {
    const before =
      values.compare === undefined
        ? null
        : (JSON.parse(readFileSync(values.compare, 'utf8')) as Figures)
    printTable(figures, before)
  }
}
