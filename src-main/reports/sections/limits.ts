import { trainingsOf } from '../../core/study/trainings.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import { objectiveKind } from '../../core/study/study-specification.ts'
import type { Block } from '../blocks/blocks.ts'
import { list } from '../blocks/make-blocks.ts'

/** Limits of what the figures of this study show, from what it did and did not do. */
export const limitsSection: SectionDefinition<'limits'> = {
  id: 'limits',
  heading: 'report.limits.heading',
  build,
}

function build({ t, snapshot, overview }: ReportContext): readonly Block[] {
  const { specification, environment } = snapshot.study
  const { counts, best } = overview
  const isTask = objectiveKind(specification.objective).leavesModel === true
  const engines = new Set(
    snapshot.trials.flatMap(({ attempts }) => attempts.flatMap(({ engine }) => engine?.name ?? [])),
  )
  const excluded = snapshot.events.some(({ kind }) => kind === 'trial.excluded')
  const limits = [
    best === null ? null : t('report.limits.selection', { count: counts.complete }),
    best !== null && trainingsOf(specification) === 1 && isTask
      ? t('report.limits.oneTraining')
      : null,
    isTask && snapshot.winner === null ? t('report.limits.untested') : null,
    counts.pruned > 0 ? t('report.limits.pruned', { count: counts.pruned }) : null,
    counts.failed > 0 ? t('report.limits.failed', { count: counts.failed }) : null,
    specification.parallelTrials > 1
      ? t('report.limits.parallelTrials', { parallelTrials: specification.parallelTrials })
      : null,
    engines.size > 1 ? t('report.limits.engines', { engines: [...engines] }) : null,
    excluded ? t('report.limits.excluded') : null,
    overview.axes.length * 10 > counts.complete + counts.pruned && overview.axes.length > 1
      ? t('report.limits.few', { count: overview.axes.length })
      : null,
    environment.importedFrom === undefined
      ? null
      : t('report.limits.imported', { program: environment.importedFrom.program }),
    t('report.limits.space'),
  ]
  return [
    list(
      false,
      limits.filter(limit => limit !== null),
    ),
  ]
}
