import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-init-'))
const inFolder = (name: string): string => path.join(scratch, name)
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

it('init copies the launcher beside a script of constants, and overwrites no other file of its name', async () => {
  writeFileSync(inFolder('train.py'), 'LR = 0.1\nprint(f"val_loss: {loss}")\n')
  writeFileSync(inFolder('tunewright_run.py'), 'print("mine")\n')
  const refused = await runInHost(['init', 'train.py'], scratch)
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain(inFolder('tunewright_run.py'))
  expect(refused.stderr).toContain('Rename or move that file.')
  expect(readFileSync(inFolder('tunewright_run.py'), 'utf8')).toBe('print("mine")\n')
  expect(existsSync(inFolder('train.study.yaml'))).toBe(false)
  rmSync(inFolder('tunewright_run.py'))
  expect((await runInHost(['init', 'train.py'], scratch)).exitCode).toBe(0)
  expect(readFileSync(inFolder('tunewright_run.py'), 'utf8')).toContain(
    '--set=FILE:LINE:NAME=VALUE',
  )
  // The same launcher is no other file.
  expect((await runInHost(['init', 'train.py', '--force'], scratch)).exitCode).toBe(0)
})

it('init says that a script has no metric, and its study is refused before anything is run', async () => {
  writeFileSync(
    inFolder('silent.py'),
    'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", type=float, default=0.1)\n',
  )
  const { exitCode, stdout } = await runInHost(['init', 'silent.py'], scratch)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('metric not recognized')
  expect(stdout).toContain('write it under')
  const refused = await runInHost(['run', 'silent.study.yaml'], scratch)
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toContain('goals')
})

it('init starts the subcommand that trains, or the one that is named', async () => {
  const script = path.join(scratch, 'commands.py')
  writeFileSync(
    script,
    `import argparse
sub = argparse.ArgumentParser().add_subparsers()
sub.add_parser("fit").add_argument("--lr", type=float, default=0.1)
sub.add_parser("sample").add_argument("--temperature", type=float, default=1.0)
print(f"val_loss: {1.0}")
`,
  )
  const made = await runInHost(['init', script], scratch)
  expect(made.stdout).toContain('Subcommand: fit (of fit, sample')
  expect(readFileSync(path.join(scratch, 'commands.study.yaml'), 'utf8')).toContain(
    'commands.py, fit, "--lr={lr}"',
  )
  const other = await runInHost(['init', script, '--subcommand', 'sample', '--force'], scratch)
  expect(other.exitCode).toBe(0)
  const missing = await runInHost(['init', script, '--subcommand', 'train', '--force'], scratch)
  expect(missing.exitCode).toBe(2)
  expect(missing.stderr).toContain('the script has: fit, sample')
})
