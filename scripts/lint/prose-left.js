/**
 * Files that still hold sentences for people outside of src-main/i18n, each to be taken off once its sentences are facts.
 * Texts that the page writes for a failed start are no sentences to translate and stay.
 */
export const proseLeft = []
