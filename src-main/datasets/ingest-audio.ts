import type { AudioFolders } from '../contract/class-folders.ts'
import { countGroups, countLabels, labelArrays, sortIntoClasses } from './class-files.ts'
import { countTwins, firstOfContent, sliceOffsets, twinArray } from './find-twins.ts'
import type { NewDataset } from './prepared-store.ts'
import { invalidEntry, type SourceEntry } from './source-entry.ts'
import { sourceFileLimitBytes } from './source-file.ts'
import { readWav } from './wav.ts'

export const audioExtensions = ['.wav', '.wave']
const bytesPerSample = 4

/**
 * Reads WAV files that are sorted into folders, one per class: `samples` (float32, one recording after
 * the other, each cut after the longest time that is asked for) and `offsets` (int32, rows + 1).
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` naming the file
 */
export async function ingestAudio(
  source: AudioFolders,
  entries: readonly SourceEntry[],
): Promise<NewDataset> {
  const classFiles = sortIntoClasses(source, entries, audioExtensions)
  const { files, classNames } = classFiles
  const recordings: Float32Array[] = []
  const offsets = new Int32Array(files.length + 1)
  let sampleRate: number | null = null
  let total = 0
  let longest = 0
  let cut = 0
  for (const [row, file] of files.entries()) {
    const recording = readWav(file.path, await file.read())
    sampleRate ??= recording.sampleRate
    if (recording.sampleRate !== sampleRate) {
      const rule = `must be ${sampleRate} samples per second as ${files[0]?.name ?? ''}; convert the recordings first`
      throw invalidEntry(file.path, 'sampleRate', recording.sampleRate, rule)
    }
    const most = Math.max(1, Math.round(source.seconds * sampleRate))
    const { length } = recording.samples
    longest = Math.max(longest, length)
    if (length > most) cut++
    recordings.push(recording.samples.slice(0, most))
    total += Math.min(length, most)
    if (total * bytesPerSample > sourceFileLimitBytes) {
      const rule = `must be at most ${sourceFileLimitBytes} bytes of samples together; lower seconds`
      throw invalidEntry(source.folders, 'samples', total * bytesPerSample, rule)
    }
    offsets[row + 1] = total
  }
  const samples = new Float32Array(total)
  for (const [row, recording] of recordings.entries()) samples.set(recording, offsets[row])
  const rate = sampleRate ?? 1
  const firsts = firstOfContent(files.length, sliceOffsets(samples, offsets))
  return {
    kind: 'audio',
    facts: {
      ...classFiles.facts,
      recordings: files.length,
      sampleRate: rate,
      longestSeconds: longest / rate,
      recordingsCut: cut,
      duplicateRows: countTwins(firsts),
    },
    schema: {
      sampleRate: rate,
      seconds: source.seconds,
      classNames,
      classCounts: countLabels(files, classNames.length),
      testClassCounts: null,
      groupCounts: countGroups(classFiles),
    },
    arrays: [
      { name: 'samples', data: samples, shape: [total] },
      { name: 'offsets', data: offsets, shape: [offsets.length] },
      ...labelArrays(classFiles, 'labels'),
      ...twinArray(firsts),
    ],
  }
}
