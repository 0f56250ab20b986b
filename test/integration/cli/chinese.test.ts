import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { commandGroups } from '../../../src-main/hosts/cli/command-groups.ts'
import { wordHelp } from '../../../src-main/hosts/cli/commander-words.ts'
import { CliCommand } from '../../../src-main/features/command-line/context.ts'
import { reportSections } from '../../../src-main/core/questions/report.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { runInHost } from '../../helpers/command-host.ts'
import { halfWidthSigns } from '../../helpers/half-width-signs.ts'
import { leftInEnglish } from '../../helpers/left-in-english.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

const study = `name: bowl
objective: { function: sphere, dimension: 1, steps: 3 }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 5] } }
stop: { trials: 24 }
`
const trained = `name: trained
objective: { task: tabular, data: { file: table.csv, target: kind } }
goals: [{ metric: validationLoss, direction: minimize }]
space: { units: { int: [4, 8] }, epochs: { fixed: 2 } }
checkpoint: { keepBest: 5 }
stop: { trials: 2 }
engine: wasm
`
const program = `name: program
objective: { command: [sh, program.sh, '{x}'] }
goals: [{ metric: loss, direction: minimize }]
space: { x: { float: [0, 1] } }
stop: { trials: 2 }
`

function englishLines(text: string, names: readonly string[]): string[] {
  return text
    .split('\n')
    .flatMap(line => [
      ...leftInEnglish(line, names).map(word => `${word}: ${line}`),
      ...halfWidthSigns(line),
    ])
}

it('helps with every command in Chinese', { timeout: 60_000 }, async () => {
  const t = createTranslate('zh-CN')
  const program = new CliCommand('tunewright').description(t('cli.help.program')).helpCommand(false)
  for (const { load } of commandGroups) (await load()).addCommands(program, t)
  wordHelp(program, t)
  const englishTexts: string[] = []
  const walk = (command: CliCommand): void => {
    const typed = [...command.options.map(({ long }) => long ?? ''), command.name()]
    const values = command.options.flatMap(({ argChoices }) => argChoices ?? [])
    const defaults = command.options.flatMap(({ defaultValue }) =>
      typeof defaultValue === 'string' ? [defaultValue] : [],
    )
    const operands = command.registeredArguments.map(argument => argument.name())
    const parts = command.commands.map(part => part.name())
    const names = [...typed, ...values, ...defaults, ...operands, ...parts, ...reportSections]
    const help = command.helpInformation().replaceAll(/<[^<>]*>|\[[^[\]]*\]/gu, '·')
    englishTexts.push(...englishLines(help, names).map(line => `${command.name()}: ${line}`))
    for (const part of command.commands) walk(part as CliCommand)
  }
  walk(program)
  expect(englishTexts).toEqual([])
})

const inShell = it.skipIf(isSkipped('shell'))

inShell('says in Chinese what commands do and what is wrong', { timeout: 480_000 }, async () => {
  const folder = scratch()
  // What is removed is never what this machine has.
  vi.stubEnv('TUNEWRIGHT_ENGINES', path.join(folder, 'engines'))
  // Nor a graphics card, whose driver names itself.
  vi.stubEnv('TUNEWRIGHT_SOFTWARE_WEBGPU', undefined)
  vi.stubEnv('VK_ICD_FILENAMES', path.join(folder, 'no-driver.json'))
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  writeFileSync(path.join(folder, 'bowl.yaml'), study)
  writeFileSync(path.join(folder, 'wrong.yaml'), study.replace('trials: 24', 'trials: none'))
  mkdirSync(path.join(folder, 'taken'))
  writeFileSync(path.join(folder, 'trained.yaml'), trained)
  writeFileSync(path.join(folder, 'program.yaml'), program)
  writeFileSync(path.join(folder, 'program.sh'), 'echo "{\\"loss\\": $1}"\n')
  writeFileSync(path.join(folder, 'runs.csv'), 'id,rate,kind,loss\n1,0.1,a,3\n2,0.01,b,2\n')
  const rows = Array.from({ length: 60 }, (_, row) => `${row % 7},${row % 5},same,${row % 2}`)
  writeFileSync(path.join(folder, 'table.csv'), `size,rate,speed,kind\n${rows.join('\n')}\n`)
  const names = [
    'bowl',
    'trained',
    'program',
    'runs',
    'taken',
    'nothing',
    'zzz',
    'trails',
    'value',
    'loss',
    'size',
    'rate',
    'speed',
    'kind',
    'same',
    'x0',
    'sphere',
    'json',
    ...reportSections,
    'sqlite3',
    'sh program',
    'echo',
    'columns',
    'validationLoss',
    'external',
    'open',
    'testLoss',
    'testAccuracy',
    'testBalancedAccuracy',
    'testMacroF1',
    'testAuc',
    ...[release(), cpus()[0]?.model ?? ''].filter(name => name !== ''),
  ]
  const englishTexts: string[] = []
  for (const words of [
    ['run', 'bowl.yaml', '--report', 'bowl.html'],
    ['list'],
    ['show', 'bowl'],
    ['best', 'bowl'],
    ['verify', 'bowl', '--retrain', 'none'],
    ['checkpoints', 'bowl'],
    ['check', 'wrong.yaml'],
    ['run', 'bowl.yaml'],
    ['show', 'nothing'],
    ['show'],
    ['trails'],
    ['export', 'bowl', '--format', 'trails'],
    ['export', 'bowl', 'taken'],
    ['export', 'bowl', 'bowl.csv', '--format', 'csv'],
    ['report', 'bowl', '--format', 'pdf'],
    ['report', 'bowl', '--sections', 'zzz'],
    ['resume', 'bowl'],
    ['open', 'zzz'],
    ['serve', '--port', 'zzz'],
    ['engine', 'list'],
    ['engine', 'install', 'zzz'],
    ['engine', 'install', 'tensorflow', '--from', 'nothing.whl'],
    ['engine', 'remove', 'tensorflow'],
    ['doctor'],
    ['run', 'program.yaml'],
    ['trust', 'program.yaml'],
    ['trust', 'program.yaml', '--yes'],
    ['run', 'program.yaml'],
    ['logs', 'program', '0'],
    ['logs', 'program', '9'],
    ['trust', 'program.yaml', '--revoke', '--yes'],
    ['verify', 'program'],
    ['trust', 'bowl.yaml'],
    ['data', 'table.csv'],
    ['data', 'nothing.csv'],
    ['run', 'trained.yaml'],
    ['data', 'list'],
    ['errors', 'trained'],
    ['checkpoints', 'trained', '--collect'],
    ['model', 'trained', 'model'],
    ['model', 'trained', 'model'],
    ['model', 'bowl', 'other'],
    ['predict', 'model', 'table.csv', '-o', 'predictions.csv'],
    ['predict', 'model', 'runs.csv'],
    ['predict', 'nothing', 'table.csv'],
    ['extend', 'trained', '--best', '1'],
    ['extend', 'trained', '--best', '1', '--epochs', '3'],
    ['fork', 'trained', '0'],
    ['fork', 'trained', '0', '--initialize'],
    ['suspend', 'trained', '0'],
    ['unsuspend', 'trained', '0'],
    ['resume', 'trained'],
    ['verify', 'trained'],
    ['what-if', 'bowl'],
    ['what-if', 'bowl', '--sampler', 'tpe', '--runs', '2'],
    ['what-if', 'bowl', '--pruner', 'median'],
    ['what-if', 'trained', '--budget', '10'],
    ['import', 'runs.csv'],
    ['import', 'runs.csv', '--goal', 'loss:minimize'],
    ['import', 'runs.csv', '--goal', 'loss'],
    ['import', 'program.sh'],
  ]) {
    const options = ['--db', 'bowl.sqlite', '--language', 'zh-CN']
    const { stdout, stderr } = await runInHost([...options, ...words], folder, {
      XDG_DATA_HOME: folder,
      XDG_CACHE_HOME: folder,
    })
    const printed = `${stdout}${stderr}`
    expect(printed.trim(), words.join(' ')).not.toBe('')
    englishTexts.push(...englishLines(printed, names).map(line => `${words.join(' ')}: ${line}`))
  }
  const card = readFileSync(path.join(folder, 'model', 'README.md'), 'utf8')
  const prose = card.replaceAll(/(`+)[\s\S]*?\1/gu, '·')
  englishTexts.push(...englishLines(prose, names).map(line => `model card: ${line}`))
  expect(englishTexts).toEqual([])
})
