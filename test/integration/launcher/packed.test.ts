import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApplication } from '../../helpers/build.ts'

/** What `npm pack` makes, unpacked below a `node_modules` as an installation has it, where Node runs no TypeScript. */
const repository = path.resolve(import.meta.dirname, '../../..')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunewright-packed-'))
  const modules = path.join(folder, 'node_modules')
  const packageFolder = path.join(modules, 'tunewright')
  mkdirSync(packageFolder, { recursive: true })
  buildApplication()
  const tool = path.join(repository, 'bin/tool.cjs')
  const build = ['tsc', '-p', 'tsconfig.package.json']
  execFileSync(process.execPath, [tool, ...build], { cwd: repository })
  // Without its `prepack`, which would build the page under other tests.
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]
  const name = execFileSync('npm', pack, { cwd: repository, encoding: 'utf8' }).trim()
  execFileSync('tar', ['xzf', path.join(folder, name), '--strip-components=1', '-C', packageFolder])
  for (const entry of readdirSync(path.join(repository, 'node_modules'))) {
    if (!entry.startsWith('.'))
      symlinkSync(path.join(repository, 'node_modules', entry), path.join(modules, entry))
  }
}, 240_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function tunewright(...args: readonly string[]) {
  const script = path.join(folder, 'node_modules/tunewright/bin/tunewright.cjs')
  const database = path.join(folder, 'a.sqlite')
  return spawnSync(process.execPath, [script, '--db', database, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, NODE_OPTIONS: '' },
  })
}

describe('the package of npm', () => {
  it('builds page and sources before it is packed, and holds no TypeScript', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    expect(scripts['prepack']).toBe(
      'npm run build:page && node bin/tool.cjs tsc -p tsconfig.package.json',
    )
    const packageFolder = path.join(folder, 'node_modules/tunewright')
    const files = readdirSync(packageFolder, { recursive: true, encoding: 'utf8' })
    expect(files).toContain(path.join('dist-main', 'entry-points', 'trainer.js'))
    expect(files).toContain(path.join('dist', 'renderer', 'index.html'))
    expect(
      files.filter(
        name => name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.startsWith('resources'),
      ),
    ).toEqual([])
  })

  it('trains on a table: search, trainer and reader of data are processes of their own', () => {
    const rows = Array.from({ length: 120 }, (_, at) => `${at},${at % 7},${at % 7 > 3 ? 'u' : 'v'}`)
    writeFileSync(path.join(folder, 'own.csv'), `a,b,y\n${rows.join('\n')}\n`)
    const study = [
      'name: packed',
      'objective: { task: tabular, data: { file: own.csv, target: y } }',
      'goals: [{ metric: validationLoss, direction: minimize }]',
      'space: { learningRate: { float: [0.001, 0.1], log: true }, epochs: { fixed: 2 } }',
      'stop: { trials: 2 }',
    ]
    writeFileSync(path.join(folder, 'study.yaml'), `${study.join('\n')}\n`)
    const run = tunewright('run', 'study.yaml')
    expect(run.status, run.stderr).toBe(0)
    expect(tunewright('best', 'packed').stdout).toMatch(/validation loss/)
  })

  it('runs a program of the user', () => {
    const program = 'console.log(JSON.stringify({ value: Number(process.argv[2]) ** 2 }))\n'
    writeFileSync(path.join(folder, 'own.mjs'), program)
    const study = [
      'name: program',
      `objective: { command: ['${process.execPath}', own.mjs, '{x}'] }`,
      'goals: [{ metric: value, direction: minimize }]',
      'space: { x: { float: [-5, 10] } }',
      'stop: { trials: 2 }',
    ]
    writeFileSync(path.join(folder, 'program.yaml'), `${study.join('\n')}\n`)
    expect(tunewright('trust', 'program.yaml', '--yes').status).toBe(0)
    expect(tunewright('run', 'program.yaml').status).toBe(0)
  })
})
