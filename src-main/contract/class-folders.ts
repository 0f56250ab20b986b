import { z } from 'zod'

/**
 * Files that people have sorted into folders, one folder per class: images, recordings, texts.
 * Relative paths are relative to the study file.
 */

const name = z.string().min(1)

export const classFoldersSchema = z.strictObject({
  folders: name.describe('Folder, or ZIP file, that holds one folder of files per class.'),
  classes: z
    .record(name, z.array(name).min(1))
    .optional()
    .describe(
      'Folders that are one class, by class; folders that are not named are left out. Every folder is a class if absent.',
    ),
  groupUntil: name
    .optional()
    .describe(
      'Files whose names are equal up to this text are one group (`jackson_3.wav` with `_`); no group is in two splits.',
    ),
})

export type ClassFolders = z.output<typeof classFoldersSchema>

/** Side lengths that images are brought to. */
export const imageFoldersSchema = classFoldersSchema.extend({
  size: z
    .union([
      z.int().min(1).max(1_024),
      z.tuple([z.int().min(1).max(1_024), z.int().min(1).max(1_024)]),
    ])
    .optional()
    .describe('Side in pixels, or [height, width], to scale to; all must be alike if absent.'),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .optional()
    .describe('1 for grey, 3 for colour; grey if absent and no image has colour.'),
})

export type ImageFolders = z.output<typeof imageFoldersSchema>

export const audioFoldersSchema = classFoldersSchema.extend({
  seconds: z
    .number()
    .gt(0)
    .max(600)
    .default(1)
    .describe('Length of every recording: longer ones are cut, shorter ones begin with silence.'),
})

export type AudioFolders = z.output<typeof audioFoldersSchema>
