import { z } from 'zod'

/** Fields that the requests of several methods have. */

export const studyId = z.int().min(1)
export const trialNumber = z.int().min(0).max(10_000_000)
export const ofStudy = { studyId }
export const ofTrial = { studyId, number: trialNumber }

/** On the machine of the back end; relative ones start at the folder of the database. */
export const filePath = z.string().min(1).max(4_096)

/** Which file of a trial, as its artifact record names it. */
export const fileKindText = z.string().min(1).max(300)

/** Names a request that may take long, so that events say how far it is and it can be canceled. */
export const workTicket = z.string().min(1).max(64)
export const ofWork = { ticket: workTicket.exactOptional() }

/** A study file. */
export const studyText = { text: z.string().max(2_000_000), format: z.enum(['yaml', 'json']) }
