import { Option } from 'commander'
import { type Baseline, pinnedMessage } from '../../../core/study/baseline.ts'
import { msg } from '../../../core/errors/message.ts'
import { type AddCommands, usageError, wholeNumber, withStore } from '../../command-line/context.ts'
import { Interventions } from '../node/interventions.ts'
import { offlineHost } from '../node/offline-host.ts'

interface BaselineOptions {
  readonly trial?: string
  readonly value?: string
  readonly clear?: boolean
}

/** `baseline`: pins a trial or a value that the others are compared with. */
export const addCommands: AddCommands = (program, t) => {
  program
    .command('baseline')
    .description(t('cli.help.baseline'))
    .argument('<study>', t('cli.help.study'))
    .option('--trial <number>', t('cli.help.baseline.trial'))
    .addOption(new Option('--value <number>', t('cli.help.baseline.value')).conflicts('trial'))
    .addOption(new Option('--clear', t('cli.help.baseline.clear')).conflicts(['trial', 'value']))
    .run(async (context, name: string, options: BaselineOptions) => {
      const baseline = baselineOf(options)
      await withStore(context, async store => {
        const { id } = store.findStudy(name)
        const interventions = new Interventions({ store, host: offlineHost, now: context.now })
        interventions.label(id, { baseline })
        context.printValues(t.format(pinnedMessage(baseline)), { event: 'baseline', baseline })
      })
    })
}

function baselineOf({ trial, value, clear }: BaselineOptions): Baseline | null {
  if (clear === true) return null
  if (trial !== undefined) return { trial: wholeNumber(trial, '--trial') }
  const number = Number(value)
  if (value !== undefined && value.trim() !== '' && Number.isFinite(number))
    return { value: number }
  throw usageError('--value', value ?? '', msg('rule.number'))
}
