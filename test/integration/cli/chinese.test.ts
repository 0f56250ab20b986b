import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { commandGroups } from '../../../src-main/cli/command-groups.ts'
import { wordHelp } from '../../../src-main/cli/commander-words.ts'
import { CliCommand } from '../../../src-main/cli/context.ts'
import { reportSections } from '../../../src-main/contract/report.ts'
import { createTranslate } from '../../../src-main/i18n/translate.ts'
import { leftInEnglish } from '../../helpers/left-in-english.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

const study = `name: bowl
objective: { function: sphere, dimension: 1, steps: 3 }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 5] } }
stop: { trials: 3 }
`

function left(text: string, names: readonly string[]): string[] {
  return text
    .split('\n')
    .flatMap(line => leftInEnglish(line, names).map(word => `${word}: ${line}`))
}

it('helps with every command in Chinese', { timeout: 60_000 }, async () => {
  const t = createTranslate('zh-CN')
  const program = new CliCommand('tunewright').description(t('cli.help.program')).helpCommand(false)
  for (const { load } of commandGroups) (await load()).addCommands(program, t)
  wordHelp(program, t)
  const found: string[] = []
  const walk = (command: CliCommand): void => {
    const typed = [...command.options.map(({ long }) => long ?? ''), command.name()]
    const values = command.options.flatMap(({ argChoices }) => argChoices ?? [])
    const operands = command.registeredArguments.map(argument => argument.name())
    const parts = command.commands.map(part => part.name())
    const names = [...typed, ...values, ...operands, ...parts, ...reportSections]
    const help = command.helpInformation().replaceAll(/<[^<>]*>|\[[^[\]]*\]/gu, '·')
    found.push(...left(help, names).map(line => `${command.name()}: ${line}`))
    for (const part of command.commands) walk(part as CliCommand)
  }
  walk(program)
  expect(found).toEqual([])
})

it('says in Chinese what commands do and what is wrong', { timeout: 240_000 }, async () => {
  const folder = scratch()
  writeFileSync(path.join(folder, 'bowl.yaml'), study)
  writeFileSync(path.join(folder, 'wrong.yaml'), study.replace('trials: 3', 'trials: none'))
  mkdirSync(path.join(folder, 'taken'))
  const names = ['bowl', 'value', 'x0', 'sphere', 'trails', 'taken', 'nothing', 'json', 'sqlite3']
  const found: string[] = []
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
  ]) {
    const options = ['--db', 'bowl.sqlite', '--language', 'zh-CN']
    const { stdout, stderr } = await runTunewright([...options, ...words], folder)
    found.push(...left(`${stdout}${stderr}`, names).map(line => `${words.join(' ')}: ${line}`))
  }
  expect(found).toEqual([])
})
