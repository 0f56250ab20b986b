import type { EventKind } from '../../../contract/events.ts'
import { section } from '../figure.ts'
import { markup, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'
import { nothing } from '../values.ts'
import { eventTable } from './event-table.ts'

/** What only a person does; what can come from a limit or a crash as well stands in the timeline. */
const byPeople: readonly EventKind[] = [
  'study.changed',
  'study.paused',
  'study.stopped',
  'study.labelled',
  'trial.queued',
  'trial.unqueued',
  'trial.excluded',
  'trial.included',
  'trial.noted',
]

/** Every change that a person made while the study ran: results that were steered are read differently. */
export function interventionsSection(context: ReportContext): Markup {
  const { t, snapshot } = context
  const events = snapshot.events.filter(
    ({ kind, detail }) =>
      byPeople.includes(kind) || (kind === 'trial.finished' && detail['state'] === 'cancelled'),
  )
  const heading = t('report.interventions.heading')
  if (events.length === 0)
    return section('interventions', heading, nothing(t('report.interventions.none')))
  return section(
    'interventions',
    heading,
    markup`<p>${t('report.interventions.text', { count: events.length })}</p>${eventTable(context, heading, events)}`,
  )
}
