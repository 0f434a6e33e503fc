package headway.core;

import java.util.concurrent.Executor;

/** Who calls subscribers and handlers: whatever is executed is run soon, on a thread that may wait for others. */
interface Callers extends Executor {

    /** How a thread that brings messages runs what it executes itself. */
    interface Loan {

        /** What this thread executes from now on waits for {@link #lend}. */
        void gather();

        /** Runs what waits, or has it run. */
        void lend();
    }

    /** Nothing is gathered: all that is executed is run by others. */
    Loan NONE = new Loan() {
        @Override
        public void gather() {}

        @Override
        public void lend() {}
    };

    /** For the thread that receives there. */
    default Loan loan(Place place) {
        return NONE;
    }
}
