// Words of searching, choosing and dropping, in English.

export const enChoose = {
  absent: (name: string, instead: string) => `There is no ${name} here. ${instead}`,
};
