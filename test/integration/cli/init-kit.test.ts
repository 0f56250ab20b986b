import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, expect, it } from 'vitest'
import { kitNames } from '../../../src-main/features/script/common/kits.ts'
import { runInHost } from '../../helpers/command-host.ts'
import { findPython } from '../../helpers/user-code-study.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-init-kit-'))
const inFolder = (...names: string[]): string => path.join(scratch, ...names)
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

it('lists the kits, and names them where there is no such kit', async () => {
  const list = await runInHost(['init', '--kit'], scratch)
  const unknown = await runInHost(['init', '--kit', 'sklearn'], scratch)
  expect(unknown.exitCode).toBe(2)
  for (const name of kitNames) {
    expect(list.stdout).toContain(name)
    expect(unknown.stderr).toContain(name)
  }
  expect((await runInHost(['init', '--kit', 'list'], scratch)).stdout).toBe(list.stdout)
})

it('writes each kit into a new folder, with programs that Python can read and a study file without problems', async () => {
  const python = findPython()
  for (const name of kitNames) {
    const { exitCode, stdout } = await runInHost(['--json', 'init', '--kit', name], scratch)
    expect(exitCode).toBe(0)
    const { files } = JSON.parse(stdout) as { files: string[] }
    expect(files[0]).toMatch(/study\.yaml$/)
    for (const file of files) {
      expect(existsSync(file)).toBe(true)
      if (python !== null && file.endsWith('.py'))
        execFileSync(python, ['-c', `import ast,sys; ast.parse(open(sys.argv[1]).read())`, file])
    }
    const checked = await runInHost(['check', files[0] ?? ''], scratch)
    expect([name, checked.exitCode, checked.stderr]).toEqual([name, 0, ''])
  }
})

it('starts the virtual environment of the folder', async () => {
  const bin = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']
  const python = inFolder('mine', '.venv', ...bin)
  mkdirSync(path.dirname(python), { recursive: true })
  writeFileSync(python, '')
  writeFileSync(inFolder('mine', '.venv', 'pyvenv.cfg'), '')
  await runInHost(['init', '--kit', 'xgboost', 'mine'], scratch)
  const study = readFileSync(inFolder('mine', 'study.yaml'), 'utf8')
  expect(study).toContain(path.basename(python))
  expect(study).not.toContain('[python3,')
})

it('overwrites nothing, and then writes nothing', async () => {
  mkdirSync(inFolder('full'))
  writeFileSync(inFolder('full', 'train.py'), 'print("mine")\n')
  const refused = await runInHost(['init', '--kit', 'lightgbm', 'full'], scratch)
  expect(refused.exitCode).not.toBe(0)
  expect(refused.stderr).toContain(inFolder('full', 'train.py'))
  expect(readFileSync(inFolder('full', 'train.py'), 'utf8')).toBe('print("mine")\n')
  expect(existsSync(inFolder('full', 'study.yaml'))).toBe(false)
})

it('wants a script or a kit', async () => {
  const refused = await runInHost(['init'], scratch)
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('--kit')
})
