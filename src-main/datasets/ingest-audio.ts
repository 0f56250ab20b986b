import { msg } from '../core/errors/message.ts'
import type { AudioFolders } from '../core/data/class-folders.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { labelArrays, sortIntoClasses } from './class-files.ts'
import type { DatasetDraft, NewDataset } from './dataset-draft.ts'
import { DuplicateFinder } from './find-duplicates.ts'
import { type SourceEntry } from './source-entry.ts'
import { SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'
import { readWav } from './wav.ts'

export const audioExtensions = ['.wav', '.wave']
const BYTES_PER_SAMPLE = 4

/**
 * Reads WAV files that are sorted into folders, one per class: `samples` (float32, one recording after
 * the other in the draft, each cut after the longest time that is asked for) and `offsets` (int32, rows + 1).
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` naming the file
 */
export async function ingestAudio(
  source: AudioFolders,
  entries: readonly SourceEntry[],
  draft: DatasetDraft,
): Promise<NewDataset> {
  const classFiles = sortIntoClasses(source, entries, audioExtensions)
  const { files } = classFiles
  const samples = draft.array('samples', 'float32')
  const duplicates = new DuplicateFinder()
  const offsets = new Int32Array(files.length + 1)
  let sampleRate: number | null = null
  let total = 0
  let longest = 0
  let cut = 0
  for (const [row, file] of files.entries()) {
    const recording = readWav(file.path, await file.read())
    sampleRate ??= recording.sampleRate
    if (recording.sampleRate !== sampleRate) {
      const rule = msg('rule.sampleRate', { rate: sampleRate, first: files[0]?.name ?? '' })
      throw invalidData(file.path, 'sampleRate', recording.sampleRate, rule)
    }
    const most = Math.max(1, Math.round(source.seconds * sampleRate))
    const { length } = recording.samples
    longest = Math.max(longest, length)
    if (length > most) cut++
    const trimmed = recording.samples.subarray(0, most)
    samples.append(trimmed)
    duplicates.add(new Uint8Array(trimmed.buffer, trimmed.byteOffset, trimmed.byteLength))
    total += trimmed.length
    if (total * BYTES_PER_SAMPLE > SOURCE_FILE_LIMIT_BYTES) {
      const rule = msg('rule.bytes.atMost', { limit: SOURCE_FILE_LIMIT_BYTES, of: 'samples' })
      throw invalidData(source.folders, 'samples', total * BYTES_PER_SAMPLE, rule)
    }
    offsets[row + 1] = total
  }
  const rate = sampleRate ?? 1
  return {
    kind: 'audio',
    properties: {
      ...classFiles.properties,
      recordings: files.length,
      sampleRate: rate,
      longestSeconds: longest / rate,
      recordingsCut: cut,
      duplicateRows: duplicates.count,
    },
    schema: {
      sampleRate: rate,
      seconds: source.seconds,
      ...classFiles.schema,
    },
    arrays: [
      { file: samples, shape: [total] },
      { name: 'offsets', data: offsets, shape: [offsets.length] },
      ...labelArrays(classFiles, 'labels'),
      ...duplicates.arrays(),
    ],
  }
}
