/** A person was asked and said no: the work was not done, and nothing went wrong. */
export class Declined extends Error {
  override readonly name = 'Declined'
}
