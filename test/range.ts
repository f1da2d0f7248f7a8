/** 0, 1, … or as many numbers from another one on. */
export const range = (count: number, from = 0) =>
	Array.from({ length: count }, (_, index) => from + index);
