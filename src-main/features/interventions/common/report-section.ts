import type { EventKind } from '../../../core/study/events.ts'
import { eventTable } from '../../../reports/sections/event-table.ts'
import type { ReportContext } from '../../../reports/sections/report-context.ts'
import type { SectionDefinition } from '../../../reports/sections/section-definition.ts'
import type { Block } from '../../../reports/blocks/blocks.ts'
import { nothing, paragraph } from '../../../reports/blocks/make-blocks.ts'

/** Only a person does these; events that can come from a limit or a crash as well stand in the timeline. */
const byPeople: readonly EventKind[] = [
  'study.changed',
  'study.paused',
  'study.stopped',
  'study.labeled',
  'study.renamed',
  'trial.queued',
  'trial.unqueued',
  'trial.excluded',
  'trial.included',
  'trial.noted',
]

/** Every change that a person made, also after the end: results that were steered are read differently. */
export const interventionsSection: SectionDefinition<'interventions'> = {
  id: 'interventions',
  heading: 'report.interventions.heading',
  showsWholeRecord: true,
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t, snapshot } = context
  const events = snapshot.events.filter(
    ({ kind, detail }) =>
      byPeople.includes(kind) || (kind === 'trial.finished' && detail['state'] === 'canceled'),
  )
  if (events.length === 0) return [nothing(t('report.interventions.none'))]
  return [
    paragraph(t('report.interventions.text', { count: events.length })),
    ...eventTable(context, t('report.interventions.heading'), events),
  ]
}
