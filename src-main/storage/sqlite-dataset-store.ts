import type { DatasetEntry, NewDatasetEntry } from '../contract/dataset-registry.ts'
import { AppError } from '../contract/errors.ts'
import type { DatasetStore, DatasetUse } from './dataset-store.ts'
import { SqliteInterventionStore } from './sqlite-intervention-store.ts'

/** The registry of data sets: every method is one transaction. */
export class SqliteDatasetStore extends SqliteInterventionStore implements DatasetStore {
  registerDataset(dataset: NewDatasetEntry, use: DatasetUse): DatasetEntry {
    return this.database.write(() => {
      if (use.studyId !== undefined) this.studies.name(use.studyId)
      this.datasetTable.put(dataset, use)
      return this.datasetTable.one(dataset.key)
    })
  }

  removeDataset(key: string): void {
    this.database.write(() => {
      const { studies } = this.datasetTable.one(key)
      if (studies.length > 0) {
        const names = studies.map(({ name }) => name)
        throw new AppError('dataset.inUse', { dataset: key, studies: names })
      }
      this.datasetTable.remove(key)
    })
  }
}
