import { describe, expect, it } from 'vitest'
import type { NewDatasetEntry } from '../../src-main/core/data/dataset-registry.ts'
import { errorOf, sampleStudy } from '../helpers/store-samples.ts'
import type { StoreFixture } from './store-fixture.ts'

export function sampleDataset(key: string): NewDatasetEntry {
  return {
    key,
    contentHash: 'a'.repeat(64),
    kind: 'table',
    format: 'csv',
    sources: [{ path: '/data/猫.csv', files: 1, bytes: 120, modifiedAtMs: 1_000.25 }],
    settings: { file: '/data/猫.csv', missing: ['', 'NA'] },
    rows: 12,
    classes: null,
    bytes: 96,
    arrays: [{ name: 'numeric', shape: [1, 12] }],
    columns: [{ name: 'x', kind: 'numeric' }],
    properties: { source: '猫.csv', warnings: ['counts rows'] },
    findings: [{ kind: 'targetInColumn', column: 'x' }],
  }
}

/** What was read once, and who uses it. */
export function describeDatasets(fixture: StoreFixture): void {
  describe('data sets', () => {
    it('come back as they were registered, with the studies over them', () => {
      const { store, studyId } = fixture
      const other = store.createStudy(sampleStudy('other')).id
      const dataset = sampleDataset('first')
      const registered = store.registerDataset(dataset, { atMs: 5_000, studyId })
      store.registerDataset(dataset, { atMs: 6_000, studyId: other })
      expect(registered).toMatchObject({ studies: [{ id: studyId }], lastUsedAtMs: 5_000 })
      fixture.reopen()
      expect(fixture.store.datasets()).toEqual([
        {
          ...dataset,
          firstSeenAtMs: 5_000,
          lastUsedAtMs: 6_000,
          studies: [
            { id: studyId, name: 'study', state: 'created', inBin: false },
            { id: other, name: 'other', state: 'created', inBin: false },
          ],
        },
      ])
    })

    it('keep the time when they were first seen, and what was found last', () => {
      const { store } = fixture
      store.registerDataset(sampleDataset('first'), { atMs: 5_000 })
      store.registerDataset(sampleDataset('second'), { atMs: 7_000 })
      store.registerDataset({ ...sampleDataset('first'), findings: [], rows: 13 }, { atMs: 9_000 })
      expect(store.datasets()).toMatchObject([
        { key: 'first', firstSeenAtMs: 5_000, lastUsedAtMs: 9_000, findings: [], rows: 13 },
        { key: 'second', firstSeenAtMs: 7_000 },
      ])
    })

    it('a study refers to the one that it used last', () => {
      const { store, studyId } = fixture
      store.registerDataset(sampleDataset('first'), { atMs: 1, studyId })
      store.registerDataset(sampleDataset('second'), { atMs: 2, studyId })
      expect(store.datasets().map(({ key, studies }) => [key, studies.length])).toEqual([
        ['second', 1],
        ['first', 0],
      ])
    })

    it('take the place of an entry that was made without their key', () => {
      const { store, studyId } = fixture
      const dataset = sampleDataset('real')
      const standIn = `unprepared:table:${dataset.contentHash}`
      store.registerDataset({ ...dataset, key: standIn }, { atMs: 1, studyId })
      store.registerDataset(dataset, { atMs: 8 })
      expect(store.datasets()).toMatchObject([
        { key: 'real', firstSeenAtMs: 1, lastUsedAtMs: 8, studies: [{ id: studyId }] },
      ])
    })

    it('are forgotten only when no study refers to them, from the bin either', () => {
      const { store, studyId } = fixture
      store.registerDataset(sampleDataset('first'), { atMs: 1, studyId })
      const refused = errorOf('dataset.inUse', () => store.removeDataset('first'))
      expect(refused.detail).toEqual({ dataset: 'first', studies: ['study'] })
      store.deleteStudy(studyId, { atMs: 2 })
      expect(store.datasets()[0]?.studies).toMatchObject([{ name: 'study', inBin: true }])
      errorOf('dataset.inUse', () => store.removeDataset('first'))
      store.emptyBin()
      expect(store.datasets()).toMatchObject([{ key: 'first', studies: [] }])
      store.removeDataset('first')
      fixture.reopen()
      expect(fixture.store.datasets()).toEqual([])
      errorOf('dataset.notFound', () => fixture.store.removeDataset('first'))
    })

    it('are not registered for a study that is not there', () => {
      const { store } = fixture
      errorOf('study.notFound', () =>
        store.registerDataset(sampleDataset('first'), { atMs: 1, studyId: 99 }),
      )
      expect(store.datasets()).toEqual([])
    })
  })
}
