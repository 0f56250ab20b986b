import { ownValue } from '../../core/values/named-values.ts'
import { defaults } from '../../core/study/defaults.ts'
import { formatMetric } from '../../core/i18n/format-number.ts'
import { formatDuration } from '../../core/i18n/format-time.ts'
import { importanceCitations, raceCitations } from './citations.ts'
import type { ReportContext } from './report-context.ts'
import type { SectionDefinition } from './section-definition.ts'
import { shownMethods } from './importance.ts'
import { trialLimit } from '../../core/stopping/trials/trials.ts'
import type { Block } from '../blocks/blocks.ts'
import { heading, paragraph } from '../blocks/make-blocks.ts'
import { detailText } from '../blocks/values.ts'

/** The methods paragraph of a paper, from the settings that were in force, with its sources. */
export const writeupSection: SectionDefinition<'writeup'> = {
  id: 'writeup',
  heading: 'report.writeup.heading',
  build,
}

function build(context: ReportContext): readonly Block[] {
  const { t } = context
  const { sentences, sources } = writeUp(context)
  const cited: Block = { kind: 'list', ordered: true, items: sources, language: 'en' }
  return [
    paragraph(sentences.join(t('report.sentence.space'))),
    ...(sources.length === 0 ? [] : [heading(t('report.writeup.sources')), cited]),
  ]
}

function writeUp(context: ReportContext): {
  readonly sentences: readonly string[]
  readonly sources: readonly string[]
} {
  const { t, snapshot, overview, headline, language, version, methodCitations = {} } = context
  const { specification, environment, elapsedMs } = snapshot.study
  const { sampler, pruner, parallelTrials, seed, relations } = specification
  const trials = trialLimit(specification.stop)
  const { replicates, folds, instances, race } = specification
  const sources: string[] = []
  const cite = (...texts: readonly (string | undefined)[]): string => {
    const numbers = texts
      .filter(text => text !== undefined)
      .map(text => {
        if (!sources.includes(text)) sources.push(text)
        return sources.indexOf(text) + 1
      })
    return numbers.length === 0 ? '' : ` [${numbers.join(', ')}]`
  }
  const named = ({ name, ...options }: { readonly name: string }): string => {
    const optionsText = detailText(options)
    return `${name}${optionsText === '' ? '' : ` (${optionsText})`}${cite(ownValue(methodCitations, name))}`
  }
  const goals = overview.goals
    .map(({ metric, direction }) => t(`report.writeup.${direction}`, { metric }))
    .join(t('list.separator'))
  const imported = environment.importedFrom
  // Composite samplers say in each proposal who made it.
  const used = [...new Set(snapshot.trials.map(({ provenance }) => provenance.sampler))]
    .filter(name => name !== sampler.name && ownValue(methodCitations, name) !== undefined)
    .map(name => `${name}${cite(ownValue(methodCitations, name))}`)
  const isOwn = imported === undefined
  const importances = shownMethods(context)
  const sentences = [
    t('report.writeup.goals', { count: overview.axes.length, goals }),
    relations.length === 0 ? null : t('report.writeup.relations', { relations }),
    isOwn
      ? t('report.writeup.sampler', { sampler: named(sampler) })
      : t('report.writeup.imported', {
          program: imported.program,
          version: imported.version ?? '',
        }),
    used.length > 0 ? t('report.writeup.used', { samplers: used.join(t('list.separator')) }) : null,
    !isOwn
      ? null
      : pruner.name !== defaults.pruner
        ? t('report.writeup.pruner', { pruner: named(pruner) })
        : race === undefined
          ? t('report.writeup.noPruner')
          : null,
    isOwn && folds > 1 ? t('report.writeup.folds', { count: folds }) : null,
    isOwn && instances !== undefined
      ? t('report.writeup.instances', { count: instances.length })
      : null,
    isOwn && replicates.count > 1
      ? t('report.writeup.replicates', { count: replicates.count })
      : null,
    isOwn && race !== undefined
      ? t('report.writeup.race', { ...race, source: cite(...raceCitations) })
      : null,
    isOwn && trials !== null ? t('report.writeup.trials', { count: trials }) : null,
    isOwn ? t('report.writeup.run', { parallelTrials, seed: String(seed) }) : null,
    t('report.writeup.result', {
      ...overview.counts,
      count: snapshot.trials.length,
      duration: formatDuration(elapsedMs, language),
    }),
    headline === null
      ? null
      : t('report.writeup.best', {
          metric: overview.goal.metric,
          value: formatMetric(headline.value),
        }),
    importances.length === 0
      ? null
      : t('report.writeup.importance', {
          forest: importances.includes('fanova'),
          sources: cite(...importances.map(name => importanceCitations[name])),
        }),
    t('report.writeup.software', { version: isOwn ? environment.tunewright : version }),
  ]
  return { sentences: sentences.filter(sentence => sentence !== null), sources }
}
