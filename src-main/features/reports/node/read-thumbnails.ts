import type { StudySnapshot } from '../../../core/study/study.ts'
import { readWithin } from '../../../platform/files/read-within.ts'
import { shownFiles, thumbnailKey } from '../../artifacts/common/report-section.ts'

/** Small pictures as the ingest process has made them; a larger file is none. */
const MAX_THUMBNAIL_BYTES = 200_000

/** The small pictures that a report shows, in base 64, by trial and kind of file; one that is gone is left out. */
export async function readThumbnails(
  snapshot: StudySnapshot,
): Promise<ReadonlyMap<string, string>> {
  const pictures = shownFiles(snapshot).shownTrials.flatMap(shownTrial => shownTrial.pictures)
  const read = await Promise.all(
    pictures.map(async file => {
      const previewPath = file.previewPath ?? ''
      const bytes = await readWithin(previewPath, 'kind', MAX_THUMBNAIL_BYTES).catch(() => null)
      return [thumbnailKey(file), bytes?.toString('base64')] as const
    }),
  )
  return new Map(read.flatMap(([key, bytes]) => (bytes === undefined ? [] : [[key, bytes]])))
}
