import { type FileKey, parseFileKind, type TrialFile } from '../../core/trial/trial-files.ts'
import type { ArtifactRecord } from '../../core/study/study.ts'

/** A file of a trial with where it lies, and where its small picture does. */
export interface ListedFile extends TrialFile {
  readonly path: string
  readonly previewPath: string | null
}

/** The files that programs left with their trials: by trial, then name, then step. */
export function listFiles(artifacts: readonly ArtifactRecord[]): ListedFile[] {
  const placed = artifacts.flatMap(artifact => {
    const fileKey = parseFileKind(artifact.kind)
    return fileKey === null || artifact.media === undefined ? [] : [{ artifact, fileKey }]
  })
  const previews = new Map(
    placed.flatMap(({ artifact, fileKey }) =>
      fileKey.isPreview ? [[keyOf(artifact, fileKey), artifact.path] as const] : [],
    ),
  )
  return placed
    .flatMap(({ artifact, fileKey }) => {
      if (fileKey.isPreview) return []
      const { trialNumber, kind, path, bytes, media } = artifact
      const { step, name } = fileKey
      const previewPath = previews.get(keyOf(artifact, fileKey)) ?? null
      return [
        {
          trialNumber,
          kind,
          name,
          step,
          bytes,
          media: media ?? { type: 'other' as const },
          path,
          previewPath,
        },
      ]
    })
    .sort(
      (a, b) =>
        a.trialNumber - b.trialNumber ||
        a.name.localeCompare(b.name, 'en', { numeric: true }) ||
        (a.step ?? -1) - (b.step ?? -1),
    )
}

function keyOf({ trialNumber }: ArtifactRecord, { step, name }: FileKey): string {
  return `${trialNumber}/${step ?? ''}/${name}`
}
