import type { Router } from 'vue-router'
import { exportFormats } from '../../../src-main/core/exporters/registry.ts'
import { call } from '../../bridge/call.ts'
import { downloadFile } from '../../composables/download-file.ts'
import { format, metricName, t } from '../../composables/localize.ts'
import { reportErrors } from '../../composables/report-errors.ts'
import type { Command } from '../../stores/commands.ts'
import { useLiveStudy } from '../../stores/live-study.ts'
import { usePreferences } from '../../stores/preferences.ts'
import { analysisParts, partApplies } from '../analysis/analysis-parts.ts'
import { studyTabs } from './study-tabs.ts'

/** What the open study has: its tabs, its charts, its best trial, its files. None without an open study. */
export function studyCommands(router: Router): Command[] {
  const { study } = useLiveStudy()
  if (study === null) return []
  const go = (tab: string, part: string | number = '') =>
    router.push({ name: 'study', params: { id: study.id, tab, part } })
  const { language } = usePreferences()
  return [
    ...studyTabs(study).map(({ name, title }) => ({
      id: `tab-${name}`,
      text: title,
      run: () => go(name),
    })),
    ...analysisParts.filter(partApplies).map(part => ({
      id: `analysis-${part}`,
      text: t('list.named', { name: t('analysis.tab'), value: t(`analysis.parts.${part}`) }),
      run: () => go('analysis', part),
    })),
    ...(study.best === null ? [] : [trialCommand(study.best.number, 'best')].flat()),
    {
      id: 'study-duplicate',
      text: t('studies.duplicate'),
      run: () => router.push({ name: 'newStudy', query: { copy: study.id } }),
    },
    ...exportFormats.map(exportFormat => ({
      id: `export-${exportFormat}`,
      text: t('list.named', {
        name: t('study.export'),
        value: t(`output.exports.${exportFormat}`),
      }),
      run: () =>
        reportErrors(async () => {
          const request = { studyId: study.id, format: exportFormat, language }
          downloadFile(await call('study.export', request))
        }),
    })),
  ]

  function trialCommand(number: number, kind: 'best' | 'typed'): Command {
    const value = useLiveStudy().trials[number]?.values[0]
    const name = t('trials.details', { number })
    const text = kind === 'best' ? t('list.named', { name: t('study.best'), value: name }) : name
    return {
      id: `trial-${kind}-${number}`,
      text:
        value === undefined
          ? text
          : `${text} · ${metricName(study?.goal.metric, study)} ${format.metric(value)}`,
      run: () => go('trials', number),
    }
  }
}

/** Trials of the open study that a text names: `12`, `#12`, `trial 12`; the one with that number first, then those that begin with it. */
export function trialsNamed(text: string, router: Router): Command[] {
  const { study, trials } = useLiveStudy()
  const [, word = '', digits] = /^\s*(\p{L}*)\s*#?(\d+)\s*$/u.exec(text) ?? []
  if (study === null || digits === undefined) return []
  const isTrialWord = [t('study.trial'), 'trial'].some(name =>
    name.toLowerCase().startsWith(word.toLowerCase()),
  )
  if (!isTrialWord) return []
  return trials
    .filter(({ number }) => String(number).startsWith(digits))
    .slice(0, MAX_TRIALS)
    .map(({ number, state, values: [value] }) => ({
      id: `trial-${number}`,
      text: [
        t('trials.details', { number }),
        t(`state.${state}`),
        ...(value === undefined
          ? []
          : [`${metricName(study.goal.metric, study)} ${format.metric(value)}`]),
      ].join(' · '),
      run: () =>
        router.push({ name: 'study', params: { id: study.id, tab: 'trials', part: number } }),
    }))
}

/** Others are found by more digits. */
const MAX_TRIALS = 4
