import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { writePythonWheel } from '../../../scripts/python-wheel.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { findPeer } from '../../helpers/python-peer.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** The package of clients/python with its own tests, as a wheel, and in a notebook. */
const scratch = useScratchFolders()
const repository = path.join(import.meta.dirname, '../../..')
const client = path.join(repository, 'clients/python')
const python = findPeer('TUNEWRIGHT_CLIENT_PYTHON')
const execute = promisify(execFile)

const command = `'${process.execPath}' '${path.join(repository, 'bin/tunewright.cjs')}'`

async function run(
  program: string,
  words: readonly string[],
  folder: string,
  added: Readonly<Record<string, string>> = {},
): Promise<string> {
  const environment = { ...process.env, TUNEWRIGHT_COMMAND: command, PYTHONDONTWRITEBYTECODE: '1' }
  const { stdout } = await execute(program, words, {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...environment, ...added },
  })
  return stdout
}

/** A copy of the package, since building leaves files behind. */
function copied(): string {
  const folder = path.join(scratch(), 'python')
  cpSync(client, folder, { recursive: true })
  return folder
}

/** A new virtual environment with the built wheel, and what the tools' environment has besides. */
async function freshPython(tools: string): Promise<string> {
  const folder = copied()
  await run(tools, ['-m', 'build', '--no-isolation', '--outdir', 'dist', '.'], folder)
  const files = readdirSync(path.join(folder, 'dist')).sort()
  expect(files).toEqual(['tunewright-0.1.0-py3-none-any.whl', 'tunewright-0.1.0.tar.gz'])
  await run(tools, ['-m', 'venv', 'fresh'], folder)
  const fresh = path.join(folder, 'fresh/bin/python')
  const printSitePackages = `import sysconfig; print(sysconfig.get_path("purelib"), end="")`
  const [others, freshFolder] = await Promise.all([
    run(tools, ['-c', printSitePackages], folder),
    run(fresh, ['-c', printSitePackages], folder),
  ])
  writeFileSync(path.join(freshFolder, 'others.pth'), `${others}\n`)
  const wheel = path.join('dist', files[0] ?? '')
  await run(fresh, ['-m', 'pip', 'install', '--no-index', '--no-deps', '--quiet', wheel], folder)
  return fresh
}

describe.skipIf(python === null)('the Python package', () => {
  const tools = python ?? ''

  it('passes its own tests and is typed', async () => {
    const words = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', client]
    expect(await run(tools, words, scratch())).toMatch(/\d+ passed/)
    const folder = copied()
    expect(await run(tools, ['-m', 'mypy', '--cache-dir', scratch()], folder)).toContain('Success')
  }, 400_000)

  it('is built, installed into a fresh environment, and runs a newcomer’s notebook', async () => {
    const fresh = await freshPython(tools)
    const folder = scratch()
    const example = path.join(folder, 'first-study.ipynb')
    copyFileSync(path.join(client, 'examples/first-study.ipynb'), example)
    const data = path.join(folder, 'data')
    const script = path.join(client, 'tests/run_notebook.py')
    const added = { XDG_DATA_HOME: data, HOME: folder }
    const notebook = JSON.parse(await run(tools, [script, fresh, example], folder, added)) as {
      readonly shown: readonly (readonly (readonly string[])[])[]
    }
    const [, , live, frame, chart, best] = notebook.shown.map(cell => cell.flat().join('\n'))
    expect(live).toContain('100/100 trials')
    expect(frame).toContain('params_gamma')
    expect(chart?.match(/<circle/g)).toHaveLength(100)
    expect(best).toContain('kernel')
    // In the database of the application, where nothing else was named.
    const store = openStudyStore(path.join(data, 'tunewright/tunewright.sqlite'), {
      readOnly: true,
    })
    // The kernel ends without waiting for whom it has started.
    await expect.poll(() => store.listStudies()[0]?.state, { timeout: 20_000 }).toBe('paused')
    const [study] = store.listStudies()
    expect(study).toMatchObject({ name: 'wine' })
    expect(store.trials(study?.id ?? 0)).toHaveLength(100)
    store.close()
  }, 400_000)

  it('comes with the application as a wheel, from a folder that takes no files', async () => {
    const folder = copied()
    const built = path.join(folder, 'dist/tunewright-0.1.0-py3-none-any.whl')
    await run(tools, ['-m', 'build', '--no-isolation', '--wheel', '--outdir', 'dist', '.'], folder)
    const ours = await writePythonWheel(client, path.join(folder, 'ours'))
    expect(path.basename(ours)).toBe(path.basename(built))
    const read = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    print(wheel.read("tunewright-0.1.0.dist-info/RECORD").decode())`
    const sources = async (wheel: string): Promise<string[]> =>
      (await run(tools, ['-c', read, wheel], folder))
        .split('\n')
        .filter(line => /^[^,]+\.(py|typed),/.test(line))
        .sort()
    expect(await sources(ours)).toEqual(await sources(built))
    expect(await sources(ours)).toContainEqual(expect.stringContaining('hydra_plugins/'))
    chmodSync(path.dirname(ours), 0o500)
    const words = ['-m', 'pip', 'install', '--no-index', '--quiet', '--target', 'there', ours]
    await run(tools, words, folder)
    const show = [
      '-c',
      'import importlib.metadata as m; print(m.metadata("tunewright")["Requires-Python"])',
    ]
    const environment = { PYTHONPATH: path.join(folder, 'there') }
    expect((await run(tools, show, folder, environment)).trim()).toBe('>=3.9')
    chmodSync(path.dirname(ours), 0o700)
  }, 240_000)

  const page = readFileSync(path.join(repository, 'docs/notebook.md'), 'utf8')
  const programs = [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, text]) => text ?? '')

  it('runs what docs/notebook.md says, one block after the other', async () => {
    expect(programs.length).toBeGreaterThan(3)
    const folder = scratch()
    writeFileSync(path.join(folder, 'pasted.py'), programs.join('\n'))
    const added = { PYTHONPATH: path.join(client, 'src'), XDG_DATA_HOME: folder, HOME: folder }
    await run(tools, ['pasted.py'], folder, added)
  }, 240_000)
})
