package headway.core;

import headway.bus.Peer;
import java.nio.ByteBuffer;

/** A large message on its sender's shelf, for subscribers who only borrow it: see {@link Loan}. */
final class LentMessage extends ReceivedMessage {

    private final Loan loan;
    private final int bodyAt;

    /**
     * A message that is lent.
     *
     * @param bodyAt where its body begins
     */
    LentMessage(WireHeader header, Peer sender, long sequence, Loan loan, int bodyAt) {
        super(header, sender, sequence);
        this.loan = loan;
        this.bodyAt = bodyAt;
    }

    @Override
    headway.dbus.Message wire() {
        return headway.dbus.Message.parse(loan.copyLent());
    }

    @Override
    public ByteBuffer bytes() {
        return beginsWithBytes() ? loan.viewBytes(bodyAt) : super.bytes();
    }

    @Override
    public String toString() {
        return loan.isOver()
                ? type() + " " + topic() + " from " + sender().uniqueName() + ", given back"
                : super.toString();
    }

    @Override
    void giveBack() {
        loan.giveBack();
    }
}
