import type { SqliteStudyReader } from './sqlite-study-reader.ts'
import type { SqliteStudyStore } from './sqlite-study-store.ts'

/**
 * The law of the store.
 *
 * - Each method is one transaction: it happens whole and is on disk when the method returns
 *   (`synchronous=FULL`), or it throws and nothing happened. Each writes its event row itself.
 * - Finished trials never change: writing to one throws `trial.finished`.
 * - What is returned is a copy; later writes do not change it.
 * - NaN and ±∞ come back as they were.
 * - Unknown studies throw `study.notFound`, unknown trials `trial.notFound`; a full disk throws
 *   `database.full` and the store stays usable.
 * - One process writes: opening for writing takes a lock that dies with the process.
 * All times are milliseconds since 1970 and come from the caller.
 */
export type StudyStore = Pick<SqliteStudyStore, keyof SqliteStudyStore>

/** Reading only; works beside a writing process. */
export type StudyReader = Pick<SqliteStudyReader, keyof SqliteStudyReader>

/** The registry of data sets: entries stay when the prepared arrays go. */
export type DatasetStore = Pick<StudyStore, 'datasets' | 'registerDataset' | 'removeDataset'>
export type DatasetReader = Pick<StudyReader, 'datasets'>
