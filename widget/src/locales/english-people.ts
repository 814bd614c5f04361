/** English strings of the list of people, fetched with it. */
import type { PeopleStrings } from './strings.js'

export const englishPeople: PeopleStrings = {
  peopleTitle: 'People here',
  morePeople: { one: 'and {n} more', other: 'and {n} more' },
  yourName: 'Your name',
  change: 'Change name',
  save: 'Save',
  cancel: 'Cancel',
  close: 'Close',
  nameInvalid: { one: 'A name needs {n} character.', other: 'A name needs 1 to {n} characters.' },
}
