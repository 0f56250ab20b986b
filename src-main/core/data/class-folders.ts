import { z } from 'zod'

/**
 * Files that people have sorted into folders, one folder per class: images, recordings, texts.
 * Relative paths are relative to the study file.
 */

const name = z.string().min(1)

export const classFoldersSchema = z.strictObject({
  folders: name.describe('option.classFolders.folders'),
  classes: z.record(name, z.array(name).min(1)).optional().describe('option.classFolders.classes'),
  groupUntil: name.optional().describe('option.classFolders.groupUntil'),
})

export type ClassFolders = z.output<typeof classFoldersSchema>

/** Side lengths that images are brought to. */
export const imageFoldersSchema = classFoldersSchema.extend({
  groupUntil: name.optional().describe('option.imageFolders.groupUntil'),
  size: z
    .union([
      z.int().min(1).max(1_024),
      z.tuple([z.int().min(1).max(1_024), z.int().min(1).max(1_024)]),
    ])
    .optional()
    .describe('option.classFolders.size'),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .optional()
    .describe('option.classFolders.channels'),
})

export type ImageFolders = z.output<typeof imageFoldersSchema>

export const audioFoldersSchema = classFoldersSchema.extend({
  seconds: z.number().gt(0).max(600).default(1).describe('option.classFolders.seconds'),
})

export type AudioFolders = z.output<typeof audioFoldersSchema>
