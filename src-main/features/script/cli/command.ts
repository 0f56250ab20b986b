import path from 'node:path'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { commandText } from '../../../core/study/user-code.ts'
import type {
  JudgedSetting,
  ProgramCommands,
} from '../../../interop/python-script/script-description.ts'
import { type Force, requireFree, writeOutput } from '../../../platform/files/write-output.ts'
import { codeLines } from '../../code-trust/cli/command.ts'
import { agrees, isInteractive } from '../../command-line/ask-person.ts'
import { type AddCommands, type CliContext, usageError } from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'
import { copyLauncher, requireLauncherFree } from '../node/copy-launcher.ts'
import { isRead, subcommandWords } from '../common/program-kinds.ts'
import { findProgram } from '../node/find-program.ts'
import { proposeProgram } from '../node/propose-program.ts'
import { proposeStudy, type ReadStudy, type StudyPlace } from '../node/propose-study.ts'
import { helpCode, runHelp } from '../node/run-help.ts'
import { initKit } from './init-kit.ts'

interface Options extends Force {
  readonly subcommand?: string
  readonly runHelp?: true
  readonly kit?: string | true
  readonly output?: string
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('init')
    .description(t('cli.help.init'))
    .argument('[script]', t('cli.help.init.script'))
    .option('--run-help', t('cli.help.init.runHelp'))
    .option('--subcommand <words>', t('cli.help.init.subcommand'))
    .option('--kit [name]', t('cli.help.init.kit'))
    .option('-o, --output <file>', t('cli.help.init.output'))
    .option('--force', t('cli.help.force'))
    .run(async (context, script: string | undefined, options: Options) => {
      if (options.kit !== undefined) {
        await initKit(context, { name: options.kit, folder: script }, t)
        return
      }
      if (script === undefined) throw usageError('script', '', msg('rule.scriptOrKit'))
      const { base } = path.parse(script)
      const { folder, command, description, study, output } = isRead(script)
        ? readStudy(script, options, t)
        : await askProgram(context, script, options, t)
      if (context.json) {
        context.printJson({ script: base, command, ...description, studyFile: study.text })
        if (options.output === undefined) return
      }
      const { commands } = description
      if (study.searched === 0) {
        if (commands !== null && commands.started === null)
          throw usageError(
            '--subcommand',
            '',
            msg('rule.chooseSubcommand', { names: [...commands.names] }),
          )
        const rule = isRead(script) ? 'rule.scriptHyperparameters' : 'rule.helpHyperparameters'
        throw usageError('script', script, msg(rule))
      }
      requireFree(output, options)
      if (study.needsLauncher) requireLauncherFree(folder)
      const studyFile = await writeOutput(output, study.text, options.force === true)
      if (study.needsLauncher) await copyLauncher(folder)
      if (context.json) return
      const hyperparameters = description.settings.filter(({ role }) => role === 'hyperparameter')
      const head = [
        t('script.columns.name'),
        t('script.columns.line'),
        t('script.columns.default'),
        t('script.columns.range'),
      ]
      context.print(
        [
          formatTable(head, hyperparameters.map(rowOf)),
          t('script.summary', {
            count: study.searched,
            metric: study.metric,
          }),
          ...(study.metric === null ? [t('script.goalOpen')] : []),
          ...(commands === null ? [] : [t('script.commandStarted', commandValues(commands))]),
          t('cli.written', { file: studyFile }),
          ...(isRead(script) ? [] : [t('script.metricNext')]),
        ].join('\n'),
      )
    })
}

type Proposed = ReadStudy & {
  /** Absolute. */
  readonly output: string
}

function readStudy(script: string, options: Options, t: Translate): Proposed {
  if (options.runHelp === true) throw usageError('--run-help', script, msg('rule.readNotRun'))
  const folder = path.dirname(path.resolve(script))
  const output = outputOf(options, folder, script)
  const subcommand = subcommandOf(options)
  const study = proposeStudy(script, subcommand, placeOf(output, folder), t, rule =>
    usageError('script', script, rule),
  )
  return { ...study, output }
}

function subcommandOf({ subcommand }: Options): string | null {
  if (subcommand === undefined) return null
  const words = subcommand.trim().replaceAll(/\s+/g, ' ')
  if (!subcommandWords.test(words))
    throw usageError('--subcommand', subcommand, msg('rule.subcommandWords'))
  return words
}

function commandValues({ names, started }: ProgramCommands) {
  return { names: [...names], started: started ?? 'none', count: names.length }
}

function outputOf({ output }: Options, folder: string, script: string): string {
  return path.resolve(output ?? path.join(folder, `${path.parse(script).name}.study.yaml`))
}

function placeOf(output: string, folder: string): StudyPlace {
  return { isElsewhere: path.dirname(output) !== folder, isForForm: false }
}

/**
 * What is proposed for a program that prints its options, if a person lets it run for that.
 * @throws AppError `script.needsRun` where nobody does
 */
async function askProgram(
  context: CliContext,
  script: string,
  options: Options,
  t: Translate,
): Promise<Proposed> {
  const program = findProgram(script, subcommandOf(options))
  const output = outputOf(options, program.folder, script)
  requireFree(output, options)
  const code = await helpCode(program)
  if (options.runHelp !== true) {
    const refusal = new AppError('script.needsRun', {
      command: commandText(code),
      option: '--run-help',
    })
    if (context.json || !isInteractive()) throw refusal
    context.print(
      [...codeLines(t, code, t('script.help.title')), t('script.help.about')].join('\n'),
    )
    if (!(await agrees(t, t('script.help.question')))) throw refusal
  }
  const place = placeOf(output, program.folder)
  return { ...proposeProgram(program, await runHelp(program), place, t), output }
}

function rowOf({ location, line, value, range }: JudgedSetting): readonly string[] {
  const text =
    range === null
      ? ''
      : range.kind === 'choice'
        ? range.values.map(String).join(', ')
        : `${range.low} … ${range.high}${range.log ? ' (log)' : ''}`
  return [location, String(line), value === undefined ? '' : JSON.stringify(value), text]
}
