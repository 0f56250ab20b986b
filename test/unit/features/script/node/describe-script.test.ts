import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { describeScript } from '../../../../../src-main/features/script/node/describe-script.ts'
import { runInHost } from '../../../../helpers/command-host.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

const scratchFolder = useScratchFolders()

function project(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return folder
}

const describeIn = (folder: string, name = 'train.py') =>
  describeScript({ file: path.join(folder, name), subcommand: null, language: 'en' })

const withArguments = `import argparse
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float, default=0.1)
p.add_argument("--epochs", type=int, default=3)
p.add_argument("--patience", type=int, default=4)
p.add_argument("--seed", type=int, default=1)
p.add_argument("--api_key", default="hidden-key")
p.add_argument("--nesterov", action="store_true")
a = p.parse_args()
print(f"val_loss: {a.lr:.4f}")
`

it('describes what is searched, what is not, and why', () => {
  const folder = project({ 'train.py': withArguments, '.venv/pyvenv.cfg': '' })
  mkdirSync(path.join(folder, '.venv', 'bin'))
  writeFileSync(path.join(folder, '.venv', 'bin', 'python'), '')
  const { settings, metric, interpreter, launcher, ...place } = describeIn(folder)
  expect(place).toMatchObject({ script: 'train.py', folder, unread: [] })
  if (process.platform !== 'win32')
    expect(interpreter).toEqual({
      words: [path.join(folder, '.venv', 'bin', 'python')],
      reason: expect.objectContaining({ code: 'script.interpreter.environment' }),
    })
  expect(metric).toMatchObject({
    name: 'val_loss',
    direction: 'minimize',
    file: 'train.py',
    line: 10,
    from: 'output',
  })
  const of = (location: string) => settings.find(setting => setting.location === location)
  expect(of('--lr')).toMatchObject({
    file: 'train.py',
    line: 3,
    written: '0.1',
    role: 'hyperparameter',
    route: 'argument',
    parameter: 'lr',
    word: '--lr={lr}',
    entry: { float: [0.01, 1], log: true },
    current: 0.1,
  })
  expect(of('--epochs')).toMatchObject({ role: 'budget', entry: null, word: '--epochs={epochs}' })
  expect(of('--seed')).toMatchObject({ role: 'seed', entry: null })
  // An argument that is there or not needs no launcher.
  expect(of('--nesterov')).toMatchObject({
    route: 'switch',
    word: '{nesterov?--nesterov}',
    entry: { choice: [false, true] },
    current: false,
  })
  expect(launcher).toEqual({ name: 'tunewright_run.py', isNeeded: false, isThere: false })
})

it('shows nobody what looks secret', () => {
  const described = describeIn(project({ 'train.py': withArguments }))
  const key = described.settings.find(({ location }) => location === '--api_key')
  expect(key).toMatchObject({ written: null, parameter: null, word: null, current: null })
  expect(JSON.stringify(described)).not.toContain('hidden-key')
})

it('writes the study file that init writes, with the folder where the script runs', async () => {
  const folder = project({ 'train.py': 'LR = 0.1\nDROPOUT = 0.2\nprint(f"val_loss: {LR}")\n' })
  const described = describeIn(folder)
  expect(described.launcher).toMatchObject({ isNeeded: true, isThere: false })
  await runInHost(['init', 'train.py'], folder)
  const written: unknown = parse(readFileSync(path.join(folder, 'train.study.yaml'), 'utf8'))
  const { objective, ...others } = parse(described.studyFile) as Readonly<
    Record<string, Readonly<Record<string, unknown>>>
  >
  const { directory, ...sameObjective } = objective ?? {}
  expect(directory).toBe(folder)
  expect({ ...others, objective: sameObjective }).toEqual(written)
  expect(describeIn(folder).launcher.isThere).toBe(true)
})

it('names what it could not read', () => {
  const folder = project({ 'train.py': 'LR = 0.1\nprint(f"loss: {LR}"\nx = = 2\n' })
  expect(describeIn(folder).unread).toContainEqual({
    file: 'train.py',
    line: expect.any(Number) as number,
    reason: expect.objectContaining({ code: 'script.unread.syntax' }) as unknown,
  })
})

it.each([
  ['notes.ipynb', 'rule.notebook'],
  ['notes.txt', 'rule.pythonScript'],
])('refuses %s, and says what helps', (name, code) => {
  const folder = project({ [name]: '{}' })
  const file = path.join(folder, name)
  expect(() => describeIn(folder, name)).toThrow(
    expect.objectContaining({
      code: 'data.invalid',
      detail: expect.objectContaining({ path: file, field: 'path', rule: { ...rule(code, name) } }),
    }),
  )
})

function rule(code: string, name: string) {
  return code === 'rule.notebook'
    ? { code, values: { command: `jupyter nbconvert --to script ${name}` } }
    : { code }
}

it('says that a script is not there', () => {
  expect(() => describeIn(project({}))).toThrow(expect.objectContaining({ code: 'file.notFound' }))
})
