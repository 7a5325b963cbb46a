// What of a gradient's size is told by colour, in every picture that the page paints itself.

/** The powers of ten that have a colour of their own: what lies beyond has that of the end. */
export const [LOWEST, HIGHEST] = [-20, 6];

/** The powers of ten that a histogram of gradients spans. */
export const [LOWEST_COUNTED, HIGHEST_COUNTED] = [-24, 4];
