// Greets by the reader's own time of day.
export default {
  template: `<h1 class="nicewen-greeting">{{ text }}</h1>`,
  props: { morning: String, afternoon: String, evening: String },
  computed: {
    text() {
      const hour = new Date().getHours();
      return hour < 5 || hour >= 18 ? this.evening : hour < 12 ? this.morning : this.afternoon;
    },
  },
};
