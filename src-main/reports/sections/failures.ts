import { formatNumberRanges, groupFailures } from '../../analysis/failures/failure-groups.ts'
import { formatDuration } from '../../core/i18n/format-time.ts'
import { machineName } from '../../charts/machine-name.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import type { Block } from '../blocks/blocks.ts'
import { code, heading, nothing, paragraph, table, trialLink } from '../blocks/make-blocks.ts'
import { stateLabel } from '../blocks/values.ts'

/** Failures, how often they happened, and attempts after them. */
export const failuresSection: SectionDefinition<'failures'> = {
  id: 'failures',
  heading: 'report.failures.heading',
  showsWholeRecord: true,
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, snapshot } = context
  const groups = groupFailures(snapshot.trials)
  if (groups.length === 0) return [nothing(t('report.failures.none'))]
  return [
    table(
      t,
      t('report.failures.heading'),
      ['class', 'message', '#attempts', 'trials'],
      groups.map(group => [
        t(`report.failure.${group.class}`),
        group.differ
          ? t('report.failures.example', { reason: group.reason })
          : t.format(group.reason),
        group.attempts,
        formatNumberRanges(group.trials),
      ]),
    ),
    ...retries(context),
  ]
}

function retries({ t, snapshot, language }: ReportContext): readonly Block[] {
  const retried = snapshot.trials.filter(trial => trial.attempts.length > 1)
  if (retried.length === 0) return []
  const title = t('report.failures.retries')
  return [
    heading(title),
    paragraph(t('report.failures.retriesText', { count: retried.length })),
    table(
      t,
      title,
      ['#trial', '#attempt', 'state', '#slot', 'engine', '#duration', 'message'],
      retried.flatMap(trial =>
        trial.attempts.map(
          ({ number, state, slot, engine, machine, startedAtMs, finishedAtMs, failure }) => [
            trialLink(trial),
            number,
            stateLabel(t, state),
            machine === undefined
              ? slot
              : t('list.withDetail', { text: slot, more: machineName(machine, t) }),
            engine === null ? '–' : code(engine.name),
            finishedAtMs === null ? '–' : formatDuration(finishedAtMs - startedAtMs, language),
            failure === null
              ? '–'
              : t('list.named', {
                  name: t(`report.failure.${failure.class}`),
                  value: failure.reason,
                }),
          ],
        ),
      ),
    ),
  ]
}
