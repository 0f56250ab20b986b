import { inMetricWords, labeledGoal } from '../../core/i18n/metric-label.ts'
import { bestTrialHeadline } from '../../analysis/summary/best-trial-headline.ts'
import { ensembleOf } from '../../analysis/summary/ensemble.ts'
import { summarizeStudy } from '../../analysis/summary/summarize-study.ts'
import { baselineValue } from '../../core/study/baseline.ts'
import { displayedStateOf, stateSinceMs } from '../../core/study/displayed-state.ts'
import type { StudySnapshot } from '../../core/study/study.ts'
import { createTranslate } from '../../core/i18n/translate.ts'
import type { Report } from '../blocks/blocks.ts'
import type { ReportContext, ReportOptions } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'

/** What the report of a study says, without a format. @param definitions of all sections, in their order */
export function composeReport(
  definitions: readonly SectionDefinition[],
  snapshot: StudySnapshot,
  options: ReportOptions,
): Report {
  const { objective } = snapshot.study.specification
  const t = inMetricWords(createTranslate(options.language), objective)
  const { timeZone = 'UTC' } = options
  // Trials that a person took out of the search stay in the record, and out of the conclusions.
  const analyzed = {
    ...snapshot,
    trials: snapshot.trials.filter(({ excluded }) => excluded !== true),
  }
  const summary = summarizeStudy(analyzed)
  const overview = {
    ...summary,
    goals: summary.goals.map(goal => labeledGoal(goal, objective, t)),
    goal: labeledGoal(summary.goal, objective, t),
  }
  const headline = bestTrialHeadline({
    specification: snapshot.study.specification,
    trials: analyzed.trials,
    winner: snapshot.winner,
    estimatedBest: options.estimatedBest,
    ensemble: ensembleOf(snapshot.events),
    baseline: baselineValue(
      snapshot.study.labels.baseline,
      trial => snapshot.trials.find(({ number }) => number === trial)?.values,
    ),
    trainingsOf: trial => snapshot.trials.find(({ number }) => number === trial)?.trainings,
  })
  const context: ReportContext = { snapshot: analyzed, overview, headline, t, ...options, timeZone }
  const whole: ReportContext = { ...context, snapshot }
  const { name, reason } = snapshot.study
  const chosen = definitions.filter(({ id, isEmpty }) =>
    options.sections === undefined ? isEmpty?.(context) !== true : options.sections.includes(id),
  )
  return {
    language: options.language,
    study: { name, state: displayedStateOf(snapshot), reason, sinceMs: stateSinceMs(snapshot) },
    generatedAtMs: options.generatedAtMs,
    timeZone,
    version: options.version,
    sections: chosen.map(({ id, heading, build, showsWholeRecord = false }, index) => {
      const blocks = build(showsWholeRecord ? whole : context)
      options.onProgress?.((index + 1) / chosen.length)
      return { id, heading: t(heading), blocks }
    }),
  }
}
