import { spawnSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/**
 * Reading modules is most of what a short command does, and what every process of ours begins with: what is heavy is loaded by
 * those alone that use it.
 */
const sources = path.resolve(import.meta.dirname, '../../../src-main')
const newFolder = useScratchFolders()

/** Runs before a script, and prints on standard error what it has loaded. */
const tracer = `import { registerHooks } from 'node:module'
const urls = []
registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) })
process.on('exit', () => process.stderr.write(JSON.stringify(urls)))`

/** Addresses of the modules that a script of ours loads. */
function loadedBy(script: string, ...words: readonly string[]): readonly string[] {
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(tracer)}`]
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...preload, path.join(sources, script), ...words],
    { cwd: newFolder(), encoding: 'utf8' },
  )
  expect([status, stderr.slice(0, 1)]).toEqual([0, '['])
  return JSON.parse(stderr) as string[]
}

it.each([
  ['no command for the version', ['--version'], /\/cli\/(?:command|commands\/\w+)\.ts$/],
  ['no sampler to list studies', ['--db', 'none.sqlite', 'list', '--help'], /\/search\//],
  [
    'nothing that trains to export models',
    ['model', '--help'],
    /\/(?:search|running|training\/tasks)\//,
  ],
  ['no report to export studies', ['export', '--help'], /\/reports\/sections\//],
] as const)('the command line loads %s', (_, words, heavy) => {
  const urls = loadedBy('cli.ts', ...words)
  expect(urls.length).toBeGreaterThan(100)
  expect(urls.filter(url => heavy.test(url))).toEqual([])
})

it('what prepares data loads the readers of formats with the first file of theirs', () => {
  const urls = loadedBy('datasets/ingest.ts')
  expect(urls.length).toBeGreaterThan(100)
  expect(urls.filter(url => /read-excel-file|hyparquet|fast-png|jpeg-js|webp/.test(url))).toEqual(
    [],
  )
})
