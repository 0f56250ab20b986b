import { expect, it } from 'vitest'
import { fileKind, type FileMedia } from '../../../../src-main/core/trial/trial-files.ts'
import type { ArtifactRecord } from '../../../../src-main/core/study/study.ts'
import { summarizeStudy } from '../../../../src-main/analysis/summary/summarize-study.ts'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import { sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

const image: FileMedia = { type: 'image', width: 6, height: 3 }

function artifact(trialNumber: number, kind: string, media: FileMedia): ArtifactRecord {
  return {
    trialNumber,
    kind,
    path: `/files/${trialNumber}/${kind}`,
    bytes: 2_048,
    sha256: 'ab',
    media,
  }
}

/** A picture at each of so many steps. */
function pictures(trial: number, steps: number, name = 'sample.png'): ArtifactRecord[] {
  return Array.from({ length: steps }, (_, step) => [
    artifact(trial, fileKind({ step, name }), image),
    artifact(trial, fileKind({ step, name }, 'preview'), image),
  ]).flat()
}

function report(
  artifacts: readonly ArtifactRecord[],
  thumbnails?: ReadonlyMap<string, string>,
  language: 'en' | 'zh-CN' = 'en',
) {
  const snapshot = { ...sampleSnapshot('conditional'), artifacts }
  const thumbnailOptions = thumbnails === undefined ? {} : { thumbnails }
  return buildHtmlReport(snapshot, {
    language,
    generatedAtMs: 0,
    version: '0.1.0',
    ...thumbnailOptions,
  })
}
const section = (page: string): string =>
  /<section id="artifacts".*?<\/section>/s.exec(page)?.[0] ?? ''

it('has no part for files where no program left any', () => {
  expect(section(report([]))).toBe('')
})

it('shows small pictures of the last steps, the best trials first, and says how many there are', () => {
  const snapshot = sampleSnapshot('conditional')
  const complete = snapshot.trials.filter(
    ({ state, values }) => state === 'complete' && Number.isFinite(values[0]),
  )
  const sign = snapshot.study.specification.goals[0]?.direction === 'minimize' ? 1 : -1
  const ranked = [...complete]
    .sort((a, b) => sign * (Number(a.values[0]) - Number(b.values[0])))
    .map(({ number }) => number)
  const withFiles = ranked.slice(0, 6)
  const artifacts = withFiles.flatMap(number => pictures(number, 12))
  const bytes = new Map(
    artifacts
      .filter(({ kind }) => kind.startsWith('file/'))
      .map(({ trialNumber, kind }) => [`${trialNumber}/${kind}`, 'SkZJRg==']),
  )
  const part = section(report(artifacts, bytes))
  const heads = [...part.matchAll(/<h3>[^T]*Trial (\d+)/g)].map(([, number]) => Number(number))
  expect(heads).toEqual(withFiles.slice(0, 4))
  expect(part.match(/<img /g)).toHaveLength(4 * 8)
  expect(part).toContain('alt="sample.png · Step 11"')
  expect(part).not.toContain('alt="sample.png · Step 3"')
  expect(part).toMatch(/4 of 6/)
  expect(part).toMatch(/8 of 12/)
  expect(part).toMatch(/40 of 48/)
})

it('lists other files, and stays whole with the names of others', () => {
  const name = '"><script>alert(1)</script>.png'
  const artifacts = [
    ...pictures(0, 1, name),
    artifact(0, fileKind({ step: null, name: 'log.txt' }), { type: 'text' }),
    artifact(0, 'weights', { type: 'other' }),
  ]
  const part = section(report(artifacts, new Map()))
  expect(part).toContain('log.txt')
  expect(part).toContain('2 kB'.replace('kB', 'KiB'))
  expect(part).not.toContain('<script')
  expect(part).not.toContain('<img')
})

it.each([
  ['en', ['sample.png · Step 0', 'log.txt', 'Weights of the best step', 'Model of fold 2']],
  ['zh-CN', ['sample.png · 第 0 步', 'log.txt', '最佳步的权重', '第 2 折的模型']],
] as const)('calls the files of the best trial what they are, %s', (language, names) => {
  const best = summarizeStudy(sampleSnapshot('conditional')).best?.number ?? -1
  const { media: _, ...ours } = artifact(best, 'weights.best', image)
  const artifacts = [
    ...pictures(best, 1),
    artifact(best, fileKind({ step: null, name: 'log.txt' }), { type: 'text' }),
    ours,
    { ...ours, kind: 'model.1' },
  ]
  const page = report(artifacts, undefined, language)
  const listed = /<section id="best".*?<\/section>/s.exec(page)?.[0] ?? ''
  expect(listed.match(/[^>]* · 2 KiB · SHA-256/g)).toEqual(
    names.map(name => `${name} · 2 KiB · SHA-256`),
  )
})
