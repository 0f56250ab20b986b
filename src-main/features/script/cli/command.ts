import path from 'node:path'
import { msg } from '../../../core/errors/message.ts'
import type { JudgedSetting } from '../../../interop/python-script/script-description.ts'
import { type Force, requireFree, writeOutput } from '../../../platform/files/write-output.ts'
import { type AddCommands, usageError } from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'
import { copyLauncher, requireLauncherFree } from '../node/copy-launcher.ts'
import { proposeStudy } from '../node/propose-study.ts'
import { initKit } from './init-kit.ts'

interface Options extends Force {
  readonly kit?: string | true
  readonly output?: string
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('init')
    .description(t('cli.help.init'))
    .argument('[script]', t('cli.help.init.script'))
    .option('--kit [name]', t('cli.help.init.kit'))
    .option('-o, --output <file>', t('cli.help.init.output'))
    .option('--force', t('cli.help.force'))
    .run(async (context, script: string | undefined, options: Options) => {
      if (options.kit !== undefined) {
        await initKit(context, { name: options.kit, folder: script }, t)
        return
      }
      if (script === undefined) throw usageError('script', '', msg('rule.scriptOrKit'))
      const { folder, command, description, study } = proposeStudy(script, false, t, rule =>
        usageError('script', script, rule),
      )
      const { name, base } = path.parse(script)
      const output = path.resolve(options.output ?? path.join(folder, `${name}.study.yaml`))
      if (context.json) {
        context.printJson({ script: base, command, ...description, studyFile: study.text })
        if (options.output === undefined) return
      }
      if (study.searched === 0)
        throw usageError('script', script, msg('rule.scriptHyperparameters'))
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
          t('cli.written', { file: studyFile }),
        ].join('\n'),
      )
    })
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
