import { ownValue } from '../../src-main/core/values/named-values.ts'
import { format, t } from '../composables/localize.ts'
import { useLiveStudy } from '../stores/live-study.ts'

/** As many as can be read beside a point. */
const MAX_LINES = 12

/** What a tooltip says of a trial of the open study beside its value: its parameters, searched ones first. */
export function trialLines(number: number): readonly string[] {
  const { study, trials } = useLiveStudy()
  const parameters = Object.entries(trials[number]?.parameters ?? {})
  const isSearched = ([name]: readonly [string, unknown]): boolean => {
    const parameter = ownValue(study?.specification.space, name)
    return parameter !== undefined && !('fixed' in parameter)
  }
  const ordered = [
    ...parameters.filter(isSearched),
    ...parameters.filter(entry => !isSearched(entry)),
  ].map(([name, value]) => t('trials.group', { name, value: format.parameter(value) }))
  if (ordered.length <= MAX_LINES) return ordered
  const left = ordered.length - (MAX_LINES - 1)
  return [...ordered.slice(0, MAX_LINES - 1), t('chart.furtherParameters', { count: left })]
}
