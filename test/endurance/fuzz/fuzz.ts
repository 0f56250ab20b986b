import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { build, type Plugin } from 'vite'
import { corpusOf } from '../corpus.ts'
import { readers } from '../readers.ts'

/**
 * `npm run fuzz [reader …]`: hostile inputs for the readers of test/endurance, guided by coverage and by what is compared (libFuzzer through jazzer). Linux only. jazzer is
 * fetched when it is first wanted; its library needs glibc 2.38, so an older system runs it in the Debian 13 that `scripts/check-windows.sh setup`
 * makes, which needs root. Corpora and findings stay in test-results/fuzz. Ends with 1 if something was found, with 69 where it cannot run.
 */
const JAZZER = '@jazzer.js/core@4.0.0'
const GLIBC = 2.38
/** For libFuzzer; V8 and the instrumented bundle take 700 of it. */
const MAX_MEGABYTES = 2_048
const MAX_INPUT_SECONDS = 10

const command = new Command('fuzz')
  .argument('[readers...]')
  .option('--seconds <seconds>', 'for each reader', Number, 60)
  .parse()
const { seconds } = command.opts<{ seconds: number }>()
const names = command.args.length > 0 ? command.args : Object.keys(readers)
const project = path.resolve(import.meta.dirname, '../../..')
const home = path.join(project, 'test-results', 'fuzz')
const jazzer = path.join(home, 'jazzer')
const bundle = path.join(home, 'target.cjs')

/** A bundle has one path; its modules look for files beside their own. */
const ownModulePaths: Plugin = {
  name: 'own-places',
  transform(code, id) {
    if (!code.includes('import.meta')) return null
    const moduleMeta = {
      dirname: path.dirname(id),
      filename: id,
      url: pathToFileURL(id).href,
    }
    const meta = `Object.assign(${JSON.stringify(moduleMeta)}, { resolve: name => require('node:url').pathToFileURL(require.resolve(name)).href })`
    return {
      code: `const ownPlace = ${meta}\n${code.replaceAll('import.meta', 'ownPlace')}`,
      map: null,
    }
  },
}

async function bundleTarget(): Promise<void> {
  await build({
    root: project,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [ownModulePaths],
    // A module whose default is a function comes otherwise through `require`.
    ssr: { noExternal: ['env-paths'] },
    build: {
      ssr: path.join(project, 'test/endurance/fuzz/target.ts'),
      outDir: home,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      rollupOptions: {
        output: { format: 'cjs', entryFileNames: 'target.cjs', codeSplitting: false },
      },
    },
  })
}

function fetchJazzer(): void {
  if (existsSync(path.join(jazzer, 'node_modules'))) return
  mkdirSync(jazzer, { recursive: true })
  const options = ['--prefix', jazzer, '--ignore-scripts', '--no-audit', '--no-fund', JAZZER]
  must(spawnSync('npm', ['install', ...options], { stdio: 'inherit' }).status === 0, 'no jazzer')
}

function must(holds: boolean, otherwise: string): void {
  if (holds) return
  console.error(`fuzz: ${otherwise}`)
  process.exit(69)
}

/** Root of a system whose C library is new enough; `/` is this one. */
function findRoot(): string {
  const { glibcVersionRuntime = '0' } = (
    process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  ).header
  const [, minor = 0] = glibcVersionRuntime.split('.').map(Number)
  if (Number(`2.${minor}`) >= GLIBC) return '/'
  const { TUNEWRIGHT_TEST_TOOLS: tools, XDG_CACHE_HOME: cache } = process.env
  const root = path.join(
    tools ?? path.join(cache ?? path.join(os.homedir(), '.cache'), 'tunewright-tests'),
    'windows',
  )
  must(
    existsSync(path.join(root, 'ready')),
    `glibc ${GLIBC} or scripts/check-windows.sh setup is needed`,
  )
  must(process.getuid?.() === 0, 'root is needed for a system of its own')
  return root
}

const mounted: string[] = []
function mountIn(root: string, folder: string): void {
  const target = path.join(root, folder)
  mkdirSync(target, { recursive: true })
  must(spawnSync('mount', ['--bind', folder, target]).status === 0, `no mount of ${folder}`)
  mounted.push(target)
}

interface Outcome {
  readonly inputs: string
  readonly refused: string
  readonly coverage: string
  readonly finding: string | null
}

async function fuzz(root: string, name: string): Promise<Outcome> {
  const folder = path.join(home, name)
  const corpus = path.join(folder, 'corpus')
  const findings = path.join(folder, 'found')
  for (const subfolder of [corpus, findings]) mkdirSync(subfolder, { recursive: true })
  for (const [index, content] of (await corpusOf(name)).entries()) {
    writeFileSync(path.join(corpus, `honest-${index}`), content)
  }
  const input = path.join(folder, 'input')
  const words = [
    process.execPath,
    path.join(jazzer, 'node_modules/@jazzer.js/core/dist/cli.js'),
    bundle,
    corpus,
    '--includes',
    'target.cjs',
    '--disableBugDetectors',
    '.*',
    '--',
    `-max_total_time=${seconds}`,
    `-timeout=${MAX_INPUT_SECONDS}`,
    `-rss_limit_mb=${MAX_MEGABYTES}`,
    `-artifact_prefix=${findings}/`,
  ]
  const environment = {
    HOME: '/root',
    PATH: '/usr/bin:/bin',
    FUZZ_READER: name,
    FUZZ_FOLDER: path.join(folder, 'place'),
    FUZZ_INPUT: input,
  }
  const { status, stdout, stderr } = spawnSync('chroot', [root, ...words], {
    env: { ...environment, PATH: `${environment.PATH}:/usr/sbin:/sbin` },
    encoding: 'utf8',
    maxBuffer: 500_000_000,
  })
  const output = `${stdout}\n${stderr}`
  writeFileSync(path.join(folder, 'log'), output)
  const figure = (pattern: RegExp): string => [...output.matchAll(pattern)].at(-1)?.[1] ?? '–'
  const figures = {
    inputs: figure(/^#(\d+)\s/gm),
    refused: figure(/^refused (\d+)/gm),
    coverage: figure(/ cov: (\d+)/g),
  }
  if (status === 0) return { ...figures, finding: null }
  const lastInput = path.join(findings, `last-${Date.now()}`)
  if (existsSync(input)) copyFileSync(input, lastInput)
  const why = /^(?:FATAL|SUMMARY|==\d+== Uncaught|.*ERROR: libFuzzer).*$/m.exec(output)?.[0]
  return { ...figures, finding: `${why ?? `ended with ${status}`}: ${lastInput}` }
}

await bundleTarget()
fetchJazzer()
const root = findRoot()
let findings = 0
try {
  if (root !== '/') for (const folder of ['/proc', project]) mountIn(root, folder)
  for (const name of names) {
    must(name in readers, `no reader ${name}; there are ${Object.keys(readers).join(', ')}`)
    const { inputs, refused, coverage, finding } = await fuzz(root, name)
    console.log(`${name}: ${inputs} inputs, ${refused} refused, coverage ${coverage}`)
    if (finding === null) continue
    findings++
    console.log(`  ${finding}`)
  }
} finally {
  for (const mountPoint of mounted.toReversed()) spawnSync('umount', [mountPoint])
}
process.exitCode = findings > 0 ? 1 : 0
